// SPDX-License-Identifier: MIT
// Where lib/steal takes part in a system, whatever its messages go by.
#pragma once

#include <neuron/steal/steal.hpp>

namespace neuron::steal {

template <class Values>
struct Hooks {
    struct PerCpu {
        percpu::PerCpu<Own<Policy<Values>, Values::max_cpus>, core::IrqOff> own;
    };
    using Remote = steal::Remote;
    using Shared = IdleSet<Values::max_cpus>;

    /// An idle CPU is about to sleep: it asks, and looks around once more; or sees to it that it is
    /// told. An answer or a word that comes from now on ends the sleep.
    template <class System>
    static bool has_work(System& system, const core::IrqOff& masked) {
        return detail::seek(system, masked);
    }
    /// Whether it has heard from whom it asked.
    template <class System>
    static bool is_quiet(System& system, const core::IrqOff& masked) {
        return !detail::is_in_flight(system, masked);
    }
    /// It is awake, and has perhaps something to run.
    template <class System>
    static void on_wake(System& system, const core::IrqOff& masked) {
        detail::leave_set(system, masked);
    }
    /// From lib/sched: a task runs on this CPU while others are ready.
    template <class System, class W>
    static void on_waiting(System& system, const W& masked) {
        detail::offer(system, masked, Values::steal_least);
    }
    /// From lib/preempt: a slice has passed, and others wait for a task that runs.
    template <class System>
    static void on_slice(System& system, core::IrqContext& irq) {
        if (sched::detail::running(system, irq) != nullptr)
            detail::offer(system, irq, 1);
    }
};

} // namespace neuron::steal
