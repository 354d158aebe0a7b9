// SPDX-License-Identifier: MIT
// How a task stands among those that are ready on its CPU, for a run queue that looks at it
// (lib/sched-qos); first in, first out does not. By the task's owner alone.
#pragma once

#include <neuron/core/qos.hpp>

#include <cstdint>

namespace neuron::sched {

/// What a task's share can be: of two of one class that never wait, one with twice the share of
/// the other gets twice the time.
inline constexpr std::uint32_t least_share = 1;
inline constexpr std::uint32_t default_share = 100;
inline constexpr std::uint32_t greatest_share = 1000;

/// All zeros until a task begins.
struct Standing {
    core::QosClass qos{}; ///< the class in which it competes
    std::uint32_t share = 0;
    std::uint64_t used = 0; ///< for how long it has run, in ticks of the time CSR

    // The queue's own. Its virtual time: slots of `clock` from the first on, or how far it is ahead
    // if it has none; and of the next slot so many 2^-44; what a tick adds to that.
    const void* clock = nullptr;
    std::uint64_t slot = 0;
    std::uint64_t part = 0;
    std::uint64_t cost = 0;
};

} // namespace neuron::sched
