// SPDX-License-Identifier: MIT
// Every CPU arms timers at random times, moves some, and cancels some of everybody's. Each must
// fire once, never early, or be cancelled by somebody who is told so, and never both.
#pragma once

#include <neuron/selftest/comes_to_pass.hpp>
#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/random.hpp>

#include "feature.hpp"

namespace neuron::timer::selftests {

/// The callback of the storm.
struct Fires {
    template <class System>
    void operator()(System& system, core::IrqContext& irq, const Firing& firing,
                    std::uint32_t number, std::uint32_t round) const {
        auto& here = seen_here(system);
        if (MonotonicClock<System>::now() < firing.deadline)
            here.early.add(irq, 1);
        here.fired.add(irq, 1);
        if (!here.storm.fates[number].decide(round, Fate::Fired))
            here.wrong.add(irq, 1);
    }
};

/// Cancels one of the timers of `peer`, if it is to be had. Its name goes to one canceller alone.
template <class System>
void cancel_one(System& system, const Authority& authority, core::CpuId peer,
                std::uint32_t number) {
    Storm& storm = seen(system, peer).storm;
    Fate& fate = storm.fates[number];
    const std::uint32_t before = fate.word();
    const std::uint64_t name = storm.names[number].exchange(0, core::acquire); // pairs with arm_one
    if (name == 0)
        return;
    const TimerId id{peer, static_cast<std::uint32_t>(name),
                     static_cast<std::uint32_t>(name >> 32)};
    const auto said = cancel(system, authority, id);
    auto& here = seen_here(system);
    const core::IrqOff masked;
    const std::uint32_t after = fate.word();
    if (said == Cancelled::BeforeItRan) { // so its round goes on
        here.cancelled.add(masked, 1);
        if (!fate.decide(Fate::round(after), Fate::Cancelled))
            here.wrong.add(masked, 1);
    } else if (said == Cancelled::Ran) { // the one of before, or a later one
        if (Fate::round(after) == Fate::round(before) && Fate::what(after) != Fate::Fired)
            here.wrong.add(masked, 1);
    }
}

/// Arms the timer of that number anew, once its last fate is known; false if there is no room.
template <class System>
bool arm_one(System& system, const Owner& owner, const Authority& authority,
             selftest::Random& random, std::uint32_t number) {
    Storm& storm = seen_here(system).storm;
    Fate& fate = storm.fates[number];
    if (Fate::what(fate.word()) == Fate::Armed)
        return false;
    (void)storm.names[number].exchange(0, core::acquire); // nobody cancels what is over
    const std::uint32_t round = fate.begin();
    const core::Instant now = MonotonicClock<System>::now();
    const When when{now + std::chrono::nanoseconds(random.below(2'000'000)),
                    {},
                    std::chrono::nanoseconds(random.below(1'000'000))};
    const auto id = arm(system, owner, authority, when, Fires(), number, round);
    if (!id) {
        (void)fate.decide(round, Fate::Cancelled); // it never was
        return false;
    }
    storm.names[number].store(std::uint64_t{id->generation} << 32 | id->index, core::release);
    if (random.below(4) == 0) // it may have fired by now
        (void)rearm(system, owner, authority, *id,
                    {now + std::chrono::nanoseconds(random.below(2'000'000)),
                     {},
                     std::chrono::nanoseconds(random.below(1'000'000))});
    return true;
}

/// What one CPU does: so many timers, and for each of them a look at somebody else's.
template <class System>
std::uint64_t take_part(System& system, const Authority& authority, std::uint64_t timers) {
    auto owner = open_owner(system);
    if (!owner)
        return 0;
    selftest::Random random(system.this_cpu().value + 1);
    std::uint64_t armed = 0;
    while (armed < timers) {
        bool any = false;
        for (std::uint32_t number = 0; number < Storm::size && armed < timers; ++number) {
            if (!arm_one(system, *owner, authority, random, number))
                continue;
            any = true;
            ++armed;
            cancel_one(system, authority,
                       core::CpuId{static_cast<std::uint32_t>(random.below(system.cpu_count()))},
                       static_cast<std::uint32_t>(random.below(Storm::size)));
        }
        if (!any) // all that may be are out there
            core::spin_until([&] {
                return system.template shared<timer::Feature>().armed(*owner) <
                       System::Values::timer_per_owner;
            });
    }
    (void)selftest::comes_to_pass(system, [&] { return close_owner(system, *owner).has_value(); });
    return armed;
}

} // namespace neuron::timer::selftests
