// SPDX-License-Identifier: MIT
// Arming and moving timers, on the CPU that calls. From every context; takes no lock and waits for
// nobody.
#pragma once

#include <neuron/core/witness.hpp>
#include <neuron/timer/parts.hpp>

namespace neuron::timer {

/// When a timer fires: not before `deadline`, and not after deadline + window, to a tick of the
/// clock (and what the CPU keeps interrupts masked for). A deadline that has passed is due: it
/// fires in the next interrupt for timers, which comes at deadline + window or, if that has passed
/// too, at once.
struct When {
    core::Instant deadline;
    core::Nanoseconds period{0}; ///< between its deadlines; 0: once
    /// How late it may be; nothing: as its owner's class has it (CONFIG_TIMER_WINDOW_*).
    std::optional<core::Nanoseconds> window = std::nullopt;
};

namespace detail {

struct Ticks {
    std::uint64_t deadline;
    std::uint64_t window;
};

/// The deadline that is noted: one further back than deadlines may lie ahead is as late as that,
/// so that no difference to it overflows.
template <class System>
core::Instant bounded(System& system, core::Instant deadline) {
    return std::max(deadline, core::Instant(-system.template sealed<Feature>().longest_time));
}

/// What `when` is in ticks; no sum in it can overflow.
template <class System>
core::Result<Ticks, Error> check(System& system, const Owner& owner, bool authority,
                                 const When& when) {
    const Limits& limits = system.template sealed<Feature>();
    const core::TickRate& rate = *limits.rate;
    const std::uint64_t now = system.now();
    const std::uint64_t deadline = rate.to_ticks(when.deadline.time_since_epoch());
    if (deadline > now && deadline - now > limits.longest)
        return std::unexpected(Error::TooFar);
    if (when.period.count() != 0) {
        if (when.period < limits.shortest_period)
            return std::unexpected(Error::InvalidInterval);
        if (when.period > limits.longest_time)
            return std::unexpected(Error::TooFar);
    }
    std::uint64_t window = limits.windows[static_cast<std::uint32_t>(owner.qos())];
    if (when.window) {
        if (when.window->count() < 0)
            return std::unexpected(Error::InvalidInterval);
        if (*when.window > limits.longest_time)
            return std::unexpected(Error::TooFar);
        const std::uint64_t wanted = rate.to_ticks_before(*when.window);
        if (wanted < window && !authority)
            return std::unexpected(Error::NoAuthority);
        window = wanted;
    }
    return Ticks{deadline, window};
}

/// Sets the hardware for what comes next, if it does not wait for that already. INV-TIMER-4.
template <class System, class W, class Own>
void set_hardware(System& system, const W& masked, Own& own) {
    const std::uint64_t next = own.deadlines.next_interrupt();
    if (own.is_firing || (next == own.set_for && next != 0)) // 0 may be that nobody has set it
        return;
    own.set_for = next;
    system.arm_timer(masked, next);
}

template <class Own>
void enqueue(Own& own, std::uint32_t place, const Ticks& ticks) {
    own.records[place].window = ticks.window;
    own.deadlines.insert(place, ticks.deadline, ticks.window);
}

/// Takes back what other CPUs have cancelled of this CPU's.
template <class System, class W, class Own>
void take_cancelled(System& system, const W& masked, Own& own) {
    auto& shared = system.template here<Feature>(masked);
    shared.cancelled.take_all(
        [&](std::uint32_t place) -> TimerState& { return shared.timers[place]; },
        [&](std::uint32_t place) {
            if (own.deadlines.contains(place))
                own.deadlines.remove(place);
            own.give_back(place);
        });
}

template <class System, class W, class Own>
core::Result<TimerId, Error> arm(System& system, const W& masked, Own& own, const Owner& owner,
                                 const Ticks& ticks, const When& when, const Callback& callback) {
    auto& accounts = system.template shared<Feature>();
    if (!accounts.try_take(owner.account(), System::Values::timer_per_owner))
        return std::unexpected(Error::TimerLimit);
    auto place = own.take_place();
    if (!place) {
        take_cancelled(system, masked, own);
        place = own.take_place();
    }
    if (!place) {
        accounts.give_back(owner.account());
        return std::unexpected(Error::TimerLimit);
    }
    Record& record = own.records[*place];
    record.callback = callback;
    record.deadline = bounded(system, when.deadline);
    record.period = when.period;
    record.account = owner.account();
    record.again = false;
    TimerState& state = system.template here<Feature>(masked).timers[*place];
    const std::uint32_t generation = std::max<std::uint32_t>(1, state.generation() + 1);
    state.arm(generation, owner.account());
    enqueue(own, *place, ticks);
    set_hardware(system, masked, own);
    return TimerId{system.this_cpu(), *place, generation};
}

template <class System, class F>
struct OnSystem {
    template <class... Args>
    void operator()(void* system, core::IrqContext& irq, const Firing& firing, Args... args) const {
        F{}(*static_cast<System*>(system), irq, firing, args...);
    }
};

template <class System, class F, class... Args>
core::Result<TimerId, Error> arm(System& system, const Owner& owner, bool authority,
                                 const When& when, F, Args... args) {
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "timer: a callback is a captureless callable: pass data as arguments");
    static_assert(std::is_invocable_v<F, System&, core::IrqContext&, const Firing&, Args...>,
                  "timer: a callback takes (System&, IrqContext&, const Firing&, args...)");
    const auto callback = Callback::make(OnSystem<System, F>(), args...);
    const core::IrqOff masked; // its handlers fire, and arm, too
    const auto ticks = check(system, owner, authority, when);
    if (!ticks)
        return std::unexpected(ticks.error());
    return system.template own<Feature>(masked).timers.with(
        masked, [&](auto& own) { return arm(system, masked, own, owner, *ticks, when, callback); });
}

template <class System>
core::Result<void, Error> rearm(System& system, const Owner& owner, bool authority,
                                const TimerId& id, const When& when) {
    const core::IrqOff masked;
    if (id.cpu.value >= system.cpu_count() || id.index >= System::Values::timer_per_cpu ||
        id.generation == 0)
        return std::unexpected(Error::NoSuchTimer);
    if (id.cpu != system.this_cpu())
        return std::unexpected(Error::OtherCpu);
    TimerState& state = system.template here<Feature>(masked).timers[id.index];
    const auto account = state.owner_of(id.generation);
    if (!account)
        return std::unexpected(Error::NoSuchTimer);
    if (*account != owner.account())
        return std::unexpected(Error::NotOwner);
    const auto ticks = check(system, owner, authority, when);
    if (!ticks)
        return std::unexpected(ticks.error());
    return system.template own<Feature>(masked).timers.with(
        masked, [&](auto& own) -> core::Result<void, Error> {
            Record& record = own.records[id.index];
            if (own.deadlines.contains(id.index) && state.is_armed()) {
                own.deadlines.remove(id.index);
                enqueue(own, id.index, *ticks);
                set_hardware(system, masked, own);
            } else if (state.is_firing()) { // by its own callback: when that has returned
                record.again = true;
                record.window = ticks->window;
            } else {
                return std::unexpected(Error::NotArmed);
            }
            record.deadline = bounded(system, when.deadline);
            record.period = when.period;
            return {};
        });
}

} // namespace detail

/// Arms a timer of `owner` on this CPU. `function`, captureless, is called as
/// function(System&, IrqContext&, const Firing&, args...) in an interrupt of this CPU, which must
/// not block and should be short; the arguments are `Send` and have 16 bytes.
template <class System, class F, class... Args>
[[nodiscard]] core::Result<TimerId, Error> arm(System& system, const Owner& owner, const When& when,
                                               F function, Args... args) {
    return detail::arm(system, owner, false, when, function, args...);
}
/// The same, with a window that may be shorter than the owner's class has.
template <class System, class F, class... Args>
[[nodiscard]] core::Result<TimerId, Error> arm(System& system, const Owner& owner,
                                               const Authority& authority, const When& when,
                                               F function, Args... args) {
    return detail::arm(system, owner, authority.is_held(), when, function, args...);
}

/// Gives a timer of this CPU that has not run yet another time; its callback may do that too, to
/// fire again. A timer that has run, or was cancelled, stays so: NotArmed.
template <class System>
[[nodiscard]] core::Result<void, Error> rearm(System& system, const Owner& owner, const TimerId& id,
                                              const When& when) {
    return detail::rearm(system, owner, false, id, when);
}
template <class System>
[[nodiscard]] core::Result<void, Error> rearm(System& system, const Owner& owner,
                                              const Authority& authority, const TimerId& id,
                                              const When& when) {
    return detail::rearm(system, owner, authority.is_held(), id, when);
}

} // namespace neuron::timer
