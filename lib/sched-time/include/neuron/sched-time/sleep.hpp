// SPDX-License-Identifier: MIT
// Waits that end by time. A timer unparks the task; one that comes too late for its wait unparks a
// task that looks and waits on (sched/switch.hpp, park).
#pragma once

#include <neuron/sched/handle.hpp>
#include <neuron/timer/feature.hpp>

namespace neuron::sched_time {

template <class Values>
struct Feature; // feature.hpp

/// How late a task of that base class may be woken (CONFIG_TIMER_WINDOW_*); never less than the
/// class of the owner of these timers has, PerfBurst.
template <class Values>
constexpr core::Nanoseconds window_of(core::QosClass qos) {
    constexpr std::array<std::uint64_t, core::qos_classes> windows{
        Values::timer_window_idle, Values::timer_window_normal, Values::timer_window_interactive,
        Values::timer_window_perf_burst};
    return std::chrono::microseconds(
        std::max(windows[static_cast<std::uint32_t>(qos)], windows.back()));
}

namespace detail {

/// Unparks a task from a timer's interrupt.
struct Wake {
    template <class System>
    void operator()(System& system, core::IrqContext&, const timer::Firing&,
                    std::uint64_t pid) const {
        (void)sched::unpark(system, sched::detail::pid_of(pid)); // it may have ended
    }
};

} // namespace detail

/// Parks until somebody unparks the task, or `limit` has passed: then false, at once if it has
/// passed already. INV-TIMEOUT-1: never before. What lib/sched looks for (sched/handle.hpp). A CPU
/// whose timers are all armed (CONFIG_TIMER_PER_CPU) does not refuse: the task yields until then.
template <class... F, class System>
[[nodiscard]] bool park_until(core::TypeList<F...>, System& system, sched::Task& self,
                              core::Instant limit) {
    using Clock = timer::MonotonicClock<System>;
    core::check_may_block();
    const core::Instant now = Clock::now();
    if (now >= limit)
        return false;
    const auto& owners = system.template sealed<Feature>().owners;
    const timer::Owner& owner = *owners[sched::detail::pool_of(self.pid()).index()];
    const core::Instant deadline = std::min(limit, now + std::chrono::hours(1));
    const auto armed =
        timer::arm(system, owner,
                   {.deadline = deadline, .window = window_of<typename System::Values>(self.qos())},
                   detail::Wake(), format_value(self.pid()));
    if (armed) {
        sched::park(system, self);
        (void)timer::cancel(system, owner, *armed); // it may have run
    } else {
        sched::yield(system, self);
    }
    return Clock::now() < limit;
}

/// An owner of timers with the windows of the task's base class as it is now, whichever that is:
/// who gave the task that class has decided it.
template <class System>
[[nodiscard]] core::Result<timer::Owner, timer::Error> open_owner(System& system,
                                                                  const sched::Task& self) {
    return system.template shared<timer::Feature>().open(self.qos());
}

/// The moment so long from now, for a time-out; the end of time if there is none.
template <class System>
[[nodiscard]] core::Instant from_now(System&, core::Nanoseconds time) {
    const core::Instant now = timer::MonotonicClock<System>::now();
    return time < core::Instant::max() - now ? now + time : core::Instant::max();
}

/// Waits until then, and no less. Whoever unparks the task in the meantime does not end this.
template <class System>
void sleep_until(System& system, sched::Task& self, core::Instant time) {
    while (park_until(typename System::Features(), system, self, time)) {
    }
}
/// Waits for so long, and no less; not at all if `time` is negative.
template <class System>
void sleep_for(System& system, sched::Task& self, core::Nanoseconds time) {
    sleep_until(system, self, from_now(system, time));
}
} // namespace neuron::sched_time
