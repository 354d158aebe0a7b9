// SPDX-License-Identifier: MIT
// Cancelling, from any CPU and in every context: one compare-exchange decides, nobody waits. The
// CPU of a timer that another one cancelled is told by a doorbell, once for as many as there are,
// and then sets its hardware anew. A doorbell that fails costs nothing but time: the timer does not
// run, and its place is taken back at that CPU's next timer interrupt, or when its places run out.
#pragma once

#include <neuron/timer/arm.hpp>

namespace neuron::timer {
namespace detail {

/// `account`: whose timer it must be, or anyone's.
template <class System>
core::Result<Cancelled, Error> cancel(System& system, std::uint32_t account, const TimerId& id) {
    using Outcome = TimerState::Outcome;
    const core::IrqOff masked; // this CPU does not change, nor fire, until it is taken out
    const bool is_here = id.cpu == system.this_cpu();
    if ((!is_here && id.cpu.value >= system.cpu_count()) ||
        id.index >= System::Values::timer_per_cpu || id.generation == 0)
        return std::unexpected(Error::NoSuchTimer);
    auto& there = system.template remote<Feature>(id.cpu);
    TimerState& state = there.timers[id.index];
    const auto [outcome, owner] = state.cancel(id.generation, account);
    switch (outcome) {
    case Outcome::Stale:
        return std::unexpected(Error::NoSuchTimer);
    case Outcome::Foreign:
        return std::unexpected(Error::NotOwner);
    case Outcome::Running:
        return Cancelled::Running;
    case Outcome::Ran:
        return Cancelled::Ran;
    case Outcome::AlreadyCancelled:
        return Cancelled::BeforeItRan;
    case Outcome::Cancelled:
        break;
    }
    system.template shared<Feature>().give_back(owner);
    if (is_here) {
        system.template own<Feature>(masked).timers.with(masked, [&](auto& own) {
            own.deadlines.remove(id.index);
            own.give_back(id.index);
            set_hardware(system, masked, own);
        });
    } else if (there.cancelled.push(state, id.index)) {
        (void)system.ring(id.cpu); // see the top
    }
    return Cancelled::BeforeItRan;
}

} // namespace detail

/// Cancels a timer of `owner`. INV-TIMER-2: BeforeItRan means that it does not run (a periodic one:
/// not again), Running that its callback runs just now, on its CPU or around this call, for the
/// last time. A name whose place has another timer by now is NoSuchTimer, whatever became of it.
template <class System>
[[nodiscard]] core::Result<Cancelled, Error> cancel(System& system, const Owner& owner,
                                                    const TimerId& id) {
    if (owner.account() == Owner::nobody)
        return std::unexpected(Error::NotOwner);
    return detail::cancel(system, owner.account(), id);
}
/// Anybody's.
template <class System>
[[nodiscard]] core::Result<Cancelled, Error> cancel(System& system, const Authority& authority,
                                                    const TimerId& id) {
    if (!authority.is_held())
        return std::unexpected(Error::NoAuthority);
    return detail::cancel(system, TimerState::anyone, id);
}

} // namespace neuron::timer
