// SPDX-License-Identifier: MIT
// Who may give a task more than it has, and what was decided. The last decisions are kept, in a
// ring behind a lock of rank Scheduler.
#pragma once

#include <neuron/core/pid.hpp>
#include <neuron/sched/error.hpp>
#include <neuron/sync/spin_lock.hpp>

#include <array>
#include <optional>
#include <utility>

namespace neuron::sched_qos {

/// There is one in an image. One that was moved away is none.
class Authority {
  public:
    Authority(Authority&& other) noexcept : is_held_(std::exchange(other.is_held_, false)) {}
    Authority& operator=(Authority&&) = delete;

    [[nodiscard]] bool is_held() const { return is_held_; }

  private:
    template <class System>
    friend std::optional<Authority> take_authority(System& system);
    Authority() = default;
    bool is_held_ = true;

  public:
    using neuron_members = core::Members<Authority, &Authority::is_held_>;
};

/// What a decision was about.
enum class Subject : std::uint32_t { Class, Share, Affinity, Spawn };

constexpr std::string_view to_string(Subject subject) {
    constexpr std::array<std::string_view, 4> names{"Class", "Share", "Affinity", "Spawn"};
    const auto index = static_cast<std::uint32_t>(subject);
    return index < names.size() ? names[index] : "?";
}
constexpr std::string_view format_value(Subject subject) {
    return to_string(subject);
}

struct Decision {
    std::uint64_t number = 0; ///< from 1 on
    core::Pid by{};           ///< the task that asked; no task's name: a handler
    core::Pid of{};           ///< whom it was about; no task's name: one that was not made
    Subject subject = Subject::Class;
    std::uint32_t wanted = 0; ///< the class, the share, or the lowest 32 CPUs of the affinity
    bool with_authority = false;
    std::optional<sched::Error> refusal = std::nullopt; ///< granted if there is none
};

/// The last `Count` decisions.
template <std::size_t Count>
struct Ring {
    std::array<Decision, Count> kept;
    std::uint64_t last = 0; ///< the number of the last one
};

} // namespace neuron::sched_qos

// SAFETY: an array of values, each a number, a name or an enumerator.
template <std::size_t Count>
inline constexpr bool neuron::core::unsafe_send<neuron::sched_qos::Ring<Count>> = true;

namespace neuron::sched_qos {

template <std::size_t Count>
class Decisions {
  public:
    /// INV-QOS-4: true once.
    [[nodiscard]] bool may_mint() {
        return authority_taken_.exchange(1, core::relaxed) == 0; // it stands for itself
    }
    void record(Decision decision) {
        ring_.with(sync::NoLocks(), [&](Ring<Count>& all) {
            decision.number = ++all.last;
            all.kept[decision.number % Count] = decision;
        });
    }
    /// The first that is kept, of those from `number` on.
    [[nodiscard]] std::optional<Decision> from(std::uint64_t number) {
        return ring_.with(sync::NoLocks(), [&](const Ring<Count>& all) {
            const std::uint64_t oldest = all.last < Count ? 1 : all.last - Count + 1;
            const std::uint64_t first = std::max(number, oldest);
            return first <= all.last ? std::optional(all.kept[first % Count]) : std::nullopt;
        });
    }

  private:
    sync::SpinLock<Ring<Count>, core::Rank::Scheduler> ring_;
    core::Atomic<std::uint32_t> authority_taken_{0};

  public:
    using neuron_members =
        core::Members<Decisions, &Decisions::ring_, &Decisions::authority_taken_>;
};

} // namespace neuron::sched_qos
