// SPDX-License-Identifier: MIT
// The timer interrupt: every timer whose deadline has come fires, in the order of the deadlines; at
// most CONFIG_TIMER_BUDGET of them, and then the interrupt comes again at once.
#pragma once

#include <neuron/timer/arm.hpp>

namespace neuron::timer {
namespace detail {

/// A timer that is to run now.
struct Due {
    Callback callback;
    Firing firing;
};

/// INV-TIMER-5: the timer that an interrupt came for was not armed and due at the one before.
template <class Own>
void note_cause(core::IrqContext& irq, Own& own, std::uint64_t now, Counters& counters) {
    if (own.deadlines.next_interrupt() > now)
        return; // it came for none, or for what the last one left
    if (own.deadlines.could_fire_before(own.last_interrupt, own.last_armed))
        counters.overlaps.add(irq, 1);
}

/// Takes the next timer that is due; none is left if there is nothing in the answer.
template <class System, class Own>
std::optional<Due> take_due(System& system, core::IrqContext& irq, Own& own, std::uint64_t now) {
    auto& timers = system.template here<Feature>(irq).timers;
    while (const auto place = own.deadlines.first_due(now)) {
        own.deadlines.remove(*place);
        TimerState& state = timers[*place];
        if (!state.begin_firing())
            continue; // cancelled: its place comes back by the list
        const Record& record = own.records[*place];
        Due due{record.callback,
                {{system.this_cpu(), *place, state.generation()}, record.deadline}};
        if (record.period.count() != 0) {
            const core::Instant time(system.template sealed<Feature>().rate->to_nanoseconds(now));
            if (time > record.deadline)
                due.firing.missed =
                    static_cast<std::uint64_t>((time - record.deadline) / record.period);
        }
        return due;
    }
    return {};
}

/// The callback has returned: the timer is armed again, or its place is free.
template <class System, class Own>
void finish(System& system, core::IrqContext& irq, Own& own, const Firing& firing) {
    TimerState& state = system.template here<Feature>(irq).timers[firing.timer.index];
    Record& record = own.records[firing.timer.index];
    const bool moved = std::exchange(record.again, false);
    if ((moved || record.period.count() != 0) && state.fire_again()) {
        if (!moved) // no drift: from deadline to deadline
            record.deadline += record.period * static_cast<std::int64_t>(firing.missed + 1);
        const std::uint64_t deadline =
            system.template sealed<Feature>().rate->to_ticks(record.deadline.time_since_epoch());
        enqueue(own, firing.timer.index, {deadline, record.window});
        return;
    }
    state.end_firing();
    system.template shared<Feature>().give_back(record.account);
    own.give_back(firing.timer.index);
}

} // namespace detail

/// The handler of the timer interrupt.
template <class System>
void expire(System& system, core::IrqContext& irq) {
    auto& timers = system.template own<Feature>(irq).timers;
    Counters& counters = system.template here<Feature>(irq).counters;
    const std::uint64_t now = system.now();
    timers.with(irq, [&](auto& own) {
        detail::take_cancelled(system, irq, own);
        detail::note_cause(irq, own, now, counters);
        own.is_firing = true;
    });
    std::uint64_t fired = 0;
    for (; fired < System::Values::timer_budget; ++fired) {
        const auto due =
            timers.with(irq, [&](auto& own) { return detail::take_due(system, irq, own, now); });
        if (!due)
            break;
        counters.missed.add(irq, due->firing.missed);
        due->callback.run(&system, irq, due->firing); // may arm, move and cancel
        timers.with(irq, [&](auto& own) { detail::finish(system, irq, own, due->firing); });
    }
    timers.with(irq, [&](auto& own) {
        own.is_firing = false;
        if (fired != 0) {
            counters.interrupts.add(irq, 1);
            counters.fired.add(irq, fired);
        }
        const bool is_left = own.deadlines.first_due(now).has_value();
        if (is_left)
            counters.cut_short.add(irq, 1);
        own.last_interrupt = is_left ? 0 : now;
        own.last_armed = is_left ? 0 : own.deadlines.armed();
        own.set_for = is_left ? now : own.deadlines.next_interrupt();
        system.arm_timer(irq, own.set_for);
    });
}

/// A doorbell: other CPUs may have cancelled what the hardware waits for.
template <class System>
void on_doorbell(System& system, core::IrqContext& irq) {
    if (system.template here<Feature>(irq).cancelled.is_empty())
        return;
    system.template own<Feature>(irq).timers.with(irq, [&](auto& own) {
        detail::take_cancelled(system, irq, own);
        detail::set_hardware(system, irq, own);
    });
}

} // namespace neuron::timer
