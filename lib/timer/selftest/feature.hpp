// SPDX-License-Identifier: MIT
// What the selftests' callbacks note, and timers in a storm with what has become of each.
#pragma once

#include <neuron/timer/feature.hpp>

namespace neuron::timer::selftests {

template <class Values>
struct Feature;

/// What became of one timer of a storm after another, in one word with its number among them.
/// Decided once, by its callback or by whoever cancels it.
class Fate {
  public:
    enum What : std::uint32_t { Fired, Cancelled, Armed };

    [[nodiscard]] static std::uint32_t round(std::uint32_t word) { return word / 4; }
    [[nodiscard]] static std::uint32_t what(std::uint32_t word) { return word % 4; }
    [[nodiscard]] std::uint32_t word() const { return word_.load(core::acquire); } // see decide

    /// The next round; by the CPU that arms it, when the last one is decided. Its number.
    std::uint32_t begin() {
        const std::uint32_t next = round(word()) + 1;
        word_.store(next * 4 + Armed, core::relaxed); // published with the timer's name
        return next;
    }
    /// False if that round was decided before.
    [[nodiscard]] bool decide(std::uint32_t in_round, What now) {
        std::uint32_t armed = in_round * 4 + Armed;
        return word_.compare_exchange(armed, in_round * 4 + now, core::acq_rel,
                                      core::relaxed); // pairs with word
    }

  private:
    core::Atomic<std::uint32_t> word_{0};

  public:
    using neuron_members = core::Members<Fate, &Fate::word_>;
};

/// The timers that one CPU has in a storm, of which others cancel some: by their names.
struct Storm {
    static constexpr std::uint32_t size = 256;
    std::array<core::Atomic<std::uint64_t>, size> names; ///< generation and place; 0: not to be had
    std::array<Fate, size> fates;
};

struct Seen {
    core::Atomic<std::uint64_t> order{0}; ///< a digit for each callback
    percpu::RemoteReadable<std::uint64_t> early;
    percpu::RemoteReadable<std::uint64_t> fired;
    percpu::RemoteReadable<std::uint64_t> cancelled;
    percpu::RemoteReadable<std::uint64_t> wrong; ///< a fate that was decided before
    Storm storm;
};

template <class System>
auto& seen(System& system, core::CpuId cpu) {
    return system.template remote<Feature>(cpu);
}
template <class System>
auto& seen_here(System& system) {
    return seen(system, system.this_cpu());
}

template <class Values>
struct Feature {
    using Remote = Seen;
};

} // namespace neuron::timer::selftests
