// SPDX-License-Identifier: MIT
// What lib/sched-qos adds to a system: see kernel/README.md for the shape of a Feature. lib/sched
// finds the queue that it brings (sched/parts.hpp).
#pragma once

#include <neuron/sched-qos/control.hpp>
#include <neuron/sched-qos/lending.hpp>
#include <neuron/sched-qos/ready_queue.hpp>
#include <neuron/sched/feature.hpp>

namespace neuron::sched_qos {
namespace detail {

/// In microseconds: lib/preempt's, or 10 ms where nobody is preempted.
template <class Values>
inline constexpr std::uint64_t slice = 10'000;
template <class Values>
    requires requires { Values::preempt_slice; }
inline constexpr std::uint64_t slice<Values> = Values::preempt_slice;

} // namespace detail

template <class Values>
struct Feature {
    template <class Task, class Inside>
    using ReadyQueue = sched_qos::ReadyQueue<Task, Inside>;
    using Lending = sched_qos::Lending;
    using Shared = Decisions<Values::sched_qos_decisions>;

    /// Each CPU, before it has a task.
    template <class System>
    static bool enter(System& system) {
        const core::IrqOff masked;
        sched::detail::cpu(system, masked).with(masked, [&](auto& own) {
            own.ready.configure(system.ticks(detail::slice<Values>), Values::sched_qos_patience);
        });
        return true;
    }
};

} // namespace neuron::sched_qos
