// SPDX-License-Identifier: MIT
// Where lib/steal takes part in a system, whatever its messages go by.
#pragma once

#include <neuron/steal/steal.hpp>

namespace neuron::steal {

template <class Values>
struct Hooks {
    struct PerCpu {
        percpu::PerCpu<Thief<Policy<Values>>, core::IrqOff> thief;
    };
    using Remote = steal::Remote;
    using Shared = IdleSet<Values::max_cpus>;

    /// Of an idle CPU: nothing is run here, but somebody may be asked for work.
    template <class System>
    static bool run(System& system) {
        const core::IrqOff masked;
        if (detail::is_idle(system, masked))
            detail::seek(system, masked);
        return false;
    }
    /// Before it sleeps: whether it was refused since, and has to ask again, or be told.
    template <class System>
    static bool has_work(System& system, const core::IrqOff& masked) {
        return !detail::is_in_flight(system, masked) &&
               !detail::thief(system, masked).with(masked, [](auto& own) { return own.is_in_set; });
    }
    /// From lib/sched: an idle CPU takes a task.
    template <class System>
    static void on_busy(System& system, const core::IrqOff& masked) {
        detail::leave_set(system, masked);
    }
    /// From lib/sched: a task runs on this CPU while others are ready.
    template <class System, class W>
    static void on_waiting(System& system, const W& masked) {
        detail::offer(system, masked, Values::steal_least);
    }
    /// From lib/preempt: one has run for a whole slice while others were ready.
    template <class System>
    static void on_slice(System& system, core::IrqContext& irq) {
        detail::offer(system, irq, 1);
    }
};

} // namespace neuron::steal
