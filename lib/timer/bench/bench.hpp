// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/core/wait.hpp>

#include "feature.hpp"

namespace neuron::timer {

template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    using namespace std::chrono_literals;
    const auto nothing = [](System& here, core::IrqContext& irq, const Firing&) {
        benches::count(here, irq);
    };
    const auto owner = open_owner(system);
    const core::Instant later = MonotonicClock<System>::now() + 1h;
    std::uint32_t others = 0;
    bool good = owner.has_value();

    // One that comes after, and one that comes before all that wait.
    for (const auto& [count, after, before] :
         {std::tuple(0U, "timer.set_cancel", "timer.set_cancel_first"),
          std::tuple(64U, "timer.set_cancel_64_others", "timer.set_cancel_first_64_others"),
          std::tuple(1000U, "timer.set_cancel_1000_others",
                     "timer.set_cancel_first_1000_others")}) {
        for (; others < count; ++others)
            good = arm(system, *owner, {later + (others * 7919 % 1000) * 1ms}, nothing) && good;
        for (const auto& [name, deadline] :
             {std::pair(after, later + 1h), std::pair(before, later - 1s)})
            run.measure(name, [&] {
                const auto id = arm(system, *owner, {deadline}, nothing);
                good = good && cancel(system, *owner, *id) == Cancelled::BeforeItRan;
            });
    }
    auto& fired = system.template remote<benches::Feature>(system.this_cpu()).fired;
    // With the thousand others: from arm to the callback, by way of an interrupt.
    const auto fire = [&](std::string_view name, std::uint64_t count) {
        run.measure(name, [&] {
            const std::uint64_t before = fired.remote_load();
            {
                const core::IrqOff masked;
                for (std::uint64_t i = 0; i < count; ++i)
                    good = arm(system, *owner, {core::Instant()}, nothing) && good;
            }
            core::spin_until([&] { return fired.remote_load() == before + count; });
        });
    };
    fire("timer.set_to_callback", 1);
    fire("timer.16_set_to_callback", 16);
    run.measure("timer.clock_now",
                [&] { good = MonotonicClock<System>::now() > core::Instant() && good; });
    core::check(good, "timer: a benchmark was refused");
}

} // namespace neuron::timer
