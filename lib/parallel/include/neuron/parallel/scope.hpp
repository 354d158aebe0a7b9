// SPDX-License-Identifier: MIT
// What a task has still to do, and others may do for it. The calls that have not begun lie on its
// stack, the oldest of them is mostly the largest; whoever comes to a new one looks whether a CPU
// is idle, and gives it the oldest. So nothing is given, and little is done, while all are busy.
//
//   join: the second call is put in              an idle CPU (lib/steal)
//   somebody is idle? the oldest goes ------->   begins a task with it
//   the first call is made here
//   is the second still in? it is made here
//   else: waits for that task      <----------   its result is in the frame
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/parallel/call.hpp>
#include <neuron/sched/spawn.hpp>
#include <neuron/steal/claim.hpp>

#include <optional>

namespace neuron::parallel {
namespace detail {

/// A call that join has to make yet. It is its task's; once it was given away, `maker`'s, until
/// that one has ended.
template <class System>
struct Latent {
    /// Begins a task with it on that CPU, its `maker`; false if there is no room for one.
    bool (*begin)(Latent& call, System& system, core::CpuId cpu);
    Latent* older = nullptr;
    std::optional<sched::Handle<System>> maker;

    explicit Latent(bool (*how)(Latent&, System&, core::CpuId)) : begin(how) {}
    Latent(const Latent&) = delete;
    Latent& operator=(const Latent&) = delete;
};

} // namespace detail

/// Of the task that runs, on its stack. The function of a call gets that of the task that makes it.
template <class System>
class Scope {
  public:
    Scope(System& system, sched::Task& self) : system_(system), self_(self) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    [[nodiscard]] System& system() { return system_; }
    [[nodiscard]] sched::Task& task() { return self_; }
    /// Whether an idle CPU would take a part. A moment old.
    [[nodiscard]] bool is_wanted() { return steal::seems_idle(system_); }

    // For join: calls come out in the opposite order.
    void put(detail::Latent<System>& call) {
        call.older = newest_;
        newest_ = &call;
        if (is_wanted()) [[unlikely]]
            give();
    }
    /// Whether it has not been given away: then it is the caller's.
    [[nodiscard]] bool take_back(detail::Latent<System>& call) {
        newest_ = call.older;
        return !call.maker;
    }

  private:
    /// INV-PARALLEL-1: the oldest goes to one idle CPU, or stays. All that are older than one which
    /// was given away were so before it.
    [[gnu::noinline]] void give() {
        detail::Latent<System>* oldest = newest_;
        while (oldest->older != nullptr && !oldest->older->maker)
            oldest = oldest->older;
        const auto cpu = steal::claim_idle(system_);
        if (cpu && !oldest->begin(*oldest, system_, *cpu))
            steal::give_up(system_, *cpu);
    }

    System& system_;
    sched::Task& self_;
    detail::Latent<System>* newest_ = nullptr; ///< of those that are to be made yet, or were given
};

} // namespace neuron::parallel

// SAFETY: pointers are not derived; the call is given away once, with the message that begins a
// task, and its owner touches it again when it has joined that task (INV-PARALLEL-1).
template <class System>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::parallel::detail::Latent<System>> =
    true;
