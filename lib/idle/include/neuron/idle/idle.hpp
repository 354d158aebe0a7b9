// SPDX-License-Identifier: MIT
// A CPU that has nothing to run:
//
//   fall_asleep   a plan, by the next timer and by what it has learnt
//   polls?        looks for a while (lib/ipi)          somebody posts: no doorbell
//   sleep         waits, or is suspended               doorbell, timer
//   wake          counts, and learns
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/idle/parts.hpp>
#include <neuron/ipi/drain.hpp>

namespace neuron::idle {
namespace detail {

template <class System, class W>
auto& own(System& system, const W& masked) {
    return system.template own<Feature>(masked).own;
}
/// INV-IDLE-2.
template <class System>
bool may_suspend(System& system) {
    auto& shared = system.template shared<Feature>();
    // Relaxed: who has taken a wake lock sees to it that this CPU wakes after that.
    return shared.wake_locks.load(core::relaxed) == 0 &&
           shared.cannot_suspend.load(core::relaxed) == 0; // written once
}

/// The state that this CPU is in ends, or it was in none. INV-IDLE-1.
template <class System>
void end_state(System& system, const core::IrqOff& masked, Own& self, std::uint64_t now) {
    if (self.state)
        system.template here<Feature>(masked).counters[index(*self.state)].ticks.add(
            masked, now - self.since);
    self.state.reset();
}
/// A state begins.
template <class System>
void begin_state(System& system, const core::IrqOff& masked, Own& self, State state,
                 std::uint64_t now) {
    end_state(system, masked, self, now);
    system.template here<Feature>(masked).counters[index(state)].entries.add(masked, 1);
    self.state = state;
    self.since = now;
}

/// This CPU has nothing to run.
template <class System>
void fall_asleep(System& system, const core::IrqOff& masked) {
    const std::uint64_t now = system.now();
    const std::uint64_t timer = system.timer_deadline(masked);
    const bool allowed = may_suspend(system);
    const bool polls = own(system, masked).with(masked, [&](Own& self) {
        self.began = now;
        self.plan = self.governor.choose(timer > now ? timer - now : 0,
                                         system.template sealed<Feature>(), allowed);
        if (self.plan.polls)
            begin_state(system, masked, self, State::Poll, now);
        return self.plan.polls;
    });
    ipi::set_polling(system, masked, polls);
}

/// It has looked, and nobody wants it: it sleeps until an interrupt is pending. INV-KERNEL-3.
template <class System>
void sleep(System& system, const core::IrqOff& masked) {
    const State state = own(system, masked).with(masked, [&](Own& self) {
        // Without a poll it has just been asked what time it is.
        begin_state(system, masked, self, self.plan.sleep,
                    self.plan.polls ? system.now() : self.began);
        return self.plan.sleep;
    });
    if (state == State::Wait)
        system.wait_for_interrupt(masked);
    else if (!system.suspend(masked)) // it is asked no more; what wakes this CPU may have come
        system.template shared<Feature>().cannot_suspend.store(1, core::relaxed);
}

/// It is awake, and learns from it if it has slept, or polled.
template <class System>
void wake(System& system, const core::IrqOff& masked) {
    own(system, masked).with(masked, [&](Own& self) {
        if (!self.state)
            return;
        const std::uint64_t now = system.now();
        end_state(system, masked, self, now);
        self.governor.learn(now - self.began, system.template sealed<Feature>());
    });
}

} // namespace detail

/// What a CPU below cpu_count() has counted of a state. What it does now is counted as it ends.
template <class System>
[[nodiscard]] const StateCounters& counters(System& system, core::CpuId cpu, State state) {
    return system.template remote<Feature>(cpu).counters[index(state)];
}

} // namespace neuron::idle
