// SPDX-License-Identifier: MIT
// What a CPU knows of its idleness, what others may read of it, and what there is once.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/idle/governor.hpp>
#include <neuron/percpu/per_cpu.hpp>

#include <array>
#include <optional>

namespace neuron::idle {

template <class Values>
struct Feature; // feature.hpp

/// What only the CPU itself knows.
struct Own {
    Governor governor;
    Plan plan;
    std::uint64_t began = 0;    ///< when it fell idle
    std::optional<State> state; ///< what it does, unless it looks for work
    std::uint64_t since = 0;    ///< when that began
};

/// What a CPU has counted of a state.
struct StateCounters {
    percpu::RemoteReadable<std::uint64_t> entries;
    percpu::RemoteReadable<std::uint64_t> ticks; ///< of what has ended
};
struct Remote {
    std::array<StateCounters, states> counters;
};

struct Shared {
    core::Atomic<std::uint32_t> wake_locks{0};
    core::Atomic<std::uint32_t> cannot_suspend{0}; ///< 1: the firmware has said so
    using neuron_members = core::Members<Shared, &Shared::wake_locks, &Shared::cannot_suspend>;
};

} // namespace neuron::idle
