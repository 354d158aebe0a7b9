// SPDX-License-Identifier: MIT
// What the callbacks of one CPU saw.
#pragma once

#include <neuron/timer/feature.hpp>

namespace neuron::timer_late {

/// Times in nanoseconds.
struct Seen {
    percpu::RemoteReadable<std::uint64_t> fired;
    percpu::RemoteReadable<std::uint64_t> early;
    percpu::RemoteReadable<std::int64_t> late;       ///< at most, behind the end of the window
    percpu::RemoteReadable<std::uint64_t> interrupt; ///< the one that the rest is about
    percpu::RemoteReadable<std::int64_t> begun;      ///< its first callback
    percpu::RemoteReadable<std::int64_t> longest;    ///< from the first to the last
};

inline constexpr std::uint32_t timers = 50;  ///< of each CPU
inline constexpr std::uint32_t rounds = 500; ///< of each timer

/// Timers that arm themselves again.
struct Own {
    std::optional<timer::Owner> owner;
    std::array<std::uint32_t, timers> left{}; ///< rounds of each
};

template <class Values>
struct Feature {
    using Remote = Seen;
    struct PerCpu {
        percpu::PerCpu<Own, core::IrqOff> own;
    };
};

} // namespace neuron::timer_late
