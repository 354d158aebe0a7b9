// SPDX-License-Identifier: MIT
// What a system has of timers: each CPU's own, what others may touch, what there is once, and what
// boot has made.
#pragma once

#include <neuron/percpu/per_cpu.hpp>
#include <neuron/timer/owner.hpp>
#include <neuron/timer/record.hpp>
#include <neuron/timer/state.hpp>

namespace neuron::timer {

/// What a CPU counts. Read by any CPU, a moment old.
struct Counters {
    percpu::RemoteReadable<std::uint64_t> interrupts; ///< that fired timers
    percpu::RemoteReadable<std::uint64_t> fired;
    percpu::RemoteReadable<std::uint64_t> missed; ///< periods
    percpu::RemoteReadable<std::uint64_t>
        cut_short;                                  ///< interrupts that left due timers to the next
    percpu::RemoteReadable<std::uint64_t> overlaps; ///< breaches of INV-TIMER-5: none
};

template <class Values>
struct Remote {
    std::array<TimerState, Values::timer_per_cpu> timers;
    CancelledList cancelled; ///< by other CPUs
    Counters counters;
};

/// In ticks, but for what is a duration.
struct Limits {
    std::optional<core::TickRate> rate; ///< of the time CSR
    std::array<std::uint64_t, core::qos_classes> windows{};
    std::uint64_t longest = 0;
    core::Nanoseconds longest_time{0};
    core::Nanoseconds shortest_period{0};
    /// What to add to the time since the start; nothing on a machine without a clock of its own.
    std::optional<core::Nanoseconds> wall_offset;
};

template <class Values>
struct Feature; // feature.hpp

} // namespace neuron::timer
