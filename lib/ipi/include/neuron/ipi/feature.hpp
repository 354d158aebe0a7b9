// SPDX-License-Identifier: MIT
// What lib/ipi adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/ipi/call.hpp>
#include <neuron/ipi/drain.hpp>
#include <neuron/ipi/post.hpp>
#include <neuron/ipi/system_kinds.hpp>
#include <neuron/ipi/wait.hpp>

namespace neuron::ipi {

template <class Values>
struct Feature {
    using IpiKinds = core::TypeList<Reschedule, Stop, Call>;

    template <class Features>
    using PerCpuIn = Own<Parts<Values, KindsOf<Features>>, Values>;
    template <class Features>
    using RemoteIn = Remote<Parts<Values, KindsOf<Features>>, Values::max_cpus>;

    template <class System>
    static void on_software_interrupt(System& system, core::IrqContext& irq) {
        detail::note(system, irq, Step::Trap, 0, system.this_cpu(), 0);
        serve(system, irq);
    }
    template <class System>
    static void on_timer_interrupt(System& system, core::IrqContext& irq) {
        serve(system, irq);
    }
    template <class System>
    static bool has_work(System& system, const core::IrqOff& masked) {
        return idle_has_work(system, masked);
    }
    template <class System>
    static bool run(System& system) {
        return serve_at_task_level(system);
    }
};

} // namespace neuron::ipi
