// SPDX-License-Identifier: MIT
// What lib/preempt adds to a system: see kernel/README.md for the shape of a Feature.
//
//   others wait while a task runs    -> a timer is armed, unless it is: one slice from now
//   the timer fires                  -> if the same task has run all that time, it is to give way;
//                                       armed again, as long as others are ready
//   one who is to run at once waits  -> it is to give way now: an interrupt comes if none goes on
//   an interrupt ends                -> what was interrupted gives way, if it may
//
// It looks for one hook in others:
//   static void on_slice(System&, IrqContext&)  the timer has fired, and others still wait
#pragma once

#include <neuron/preempt/guard.hpp>
#include <neuron/sched/feature.hpp>
#include <neuron/timer/feature.hpp>

namespace neuron::preempt {

template <class Values>
struct Feature;

/// What a CPU knows of its slice.
struct Slice {
    /// The number, from 1 on, of the switch to the task that is to give way; 0: none is.
    std::uint64_t wanted_at = 0;
    std::uint64_t switches = 0; ///< when the timer last fired
    bool is_ticking = false;    ///< the timer is armed
};

namespace detail {

template <class System, class W>
auto& slice(System& system, const W& masked) {
    return system.template own<Feature>(masked).slice;
}

/// Who runs since that switch is to give way.
template <class System, class W>
void want_switch(System& system, const W& masked, std::uint64_t switches) {
    slice(system, masked).with(masked, [&](Slice& own) { own.wanted_at = switches; });
}

struct Tick {
    template <class System>
    void operator()(System& system, core::IrqContext& irq, const timer::Firing& firing) const {
        const auto [is_waiting, switches] = sched::detail::load_of(system, irq);
        const bool goes_on = slice(system, irq).with(irq, [&](Slice& own) {
            if (is_waiting && own.switches == switches)
                own.wanted_at = switches; // it has run all that time
            own.switches = switches;
            own.is_ticking = is_waiting;
            return is_waiting;
        });
        if (!goes_on)
            return;
        note_armed(system, irq, timer::rearm(system, owner(system), firing.timer, next(system)));
        sched::detail::FeaturesOf<System>::for_each([&]<class F> {
            if constexpr (requires { &F::template on_slice<System>; })
                F::on_slice(system, irq);
        });
    }

    template <class System, class W>
    static void arm(System& system, const W& masked) {
        note_armed(system, masked, timer::arm(system, owner(system), next(system), Tick()));
    }

  private:
    template <class System>
    static const timer::Owner& owner(System& system) {
        return *system.template sealed<Feature>().owner;
    }
    /// One slice from now.
    template <class System>
    static timer::When next(System&) {
        return {.deadline = timer::MonotonicClock<System>::now() +
                            std::chrono::microseconds(System::Values::preempt_slice)};
    }
    /// Refused only if a CPU has no timer left: then it ticks when the next task becomes ready.
    template <class System, class W, class Armed>
    static void note_armed(System& system, const W& masked, const Armed& armed) {
        slice(system, masked).with(masked, [&](Slice& own) { own.is_ticking = armed.has_value(); });
    }
};

} // namespace detail

template <class Values>
struct Feature {
    static_assert(Values::max_cpus <= Values::timer_per_owner,
                  "CONFIG_TIMER_PER_OWNER: one for each CPU's slices (MAX_CPUS)");

    struct PerCpu {
        percpu::PerCpu<Slice, core::IrqOff> slice;
    };
    struct Sealed {
        std::optional<timer::Owner> owner;
    };

    template <class System>
    static bool prepare(System& system, Sealed& sealed) {
        // Slices are as long as they are said to be: no window. The scheduler is whom authority is
        // for, and asks nobody.
        auto opened = system.template shared<timer::Feature>().open(core::QosClass::PerfBurst);
        if (opened)
            sealed.owner.emplace(std::move(*opened));
        else
            system.line("preempt: no owner of timers is left: raise CONFIG_TIMER_OWNERS");
        return sealed.owner.has_value();
    }

    /// From lib/sched.
    template <class System, class W>
    static void on_waiting(System& system, const W& masked) {
        if (!detail::slice(system, masked).with(masked, [](Slice& own) {
                return std::exchange(own.is_ticking, true);
            }))
            detail::Tick::arm(system, masked);
        if (sched::detail::is_outranked(system, masked)) {
            detail::want_switch(system, masked, sched::detail::load_of(system, masked).switches);
            if (env::handlers() == 0)
                system.interrupt_self();
        }
    }
    /// Another CPU wants the running task to move, or just that this CPU looks again (lib/sched,
    /// lib/ipi). If that may not be now, the next slice ends it.
    template <class System>
    static void on_reschedule(System& system, core::IrqContext& irq) {
        const auto [is_waiting, switches] = sched::detail::load_of(system, irq);
        if (!is_waiting)
            return; // it has gone
        detail::want_switch(system, irq, switches);
        on_waiting(system, irq);
    }

    /// INV-PREEMPT-1: only a task is preempted, that is neither pinned nor has interrupts masked.
    template <class System>
    static bool wants_switch(System& system, core::IrqContext& irq) {
        const std::uint64_t wanted_at =
            detail::slice(system, irq).with(irq, [](Slice& own) { return own.wanted_at; });
        return wanted_at != 0 && env::pins() == 0 &&
               wanted_at == sched::detail::load_of(system, irq).switches &&
               sched::detail::running(system, irq) != nullptr;
    }
    /// At task level, in the task that was interrupted.
    template <class System>
    static void on_preempted(System& system, const core::IrqOff& masked) {
        detail::slice(system, masked).with(masked, [](Slice& own) { own.wanted_at = 0; });
        sched::detail::give_way(system, masked, *sched::detail::running(system, masked));
    }
};

} // namespace neuron::preempt
