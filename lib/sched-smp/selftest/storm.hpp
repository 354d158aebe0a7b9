// SPDX-License-Identifier: MIT
// Tasks on every CPU yield, park, wake, stop and move each other at random, and have children.
// None may be lost, none run twice at once, and all must end. `seed=` in the boot arguments changes
// what they do; in a deterministic run the same seed gives the same schedule.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/selftest/random.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>

#include "feature.hpp"

namespace neuron::sched_smp::selftests {

template <class System>
void note_step(System& system, Seen& seen, std::uint64_t number) {
    const core::Pinned pinned;
    seen.steps.fetch_add(1, core::relaxed);
    auto& schedule = system.template here<Feature>(pinned).schedule;
    // Relaxed: written by the tasks of this CPU, one at a time.
    schedule.store(schedule.load(core::relaxed) * 31 + number, core::relaxed);
}

/// One operation of a task of the storm.
template <class System>
void step(System& system, sched::Task& self, selftest::Random& random) {
    auto& shared = system.template shared<Feature>();
    const auto peer = [&] {
        Seen& seen = shared.seen[random.below(Feature<typename System::Values>::most)];
        return sched::detail::pid_of(seen.pid.load(core::relaxed));
    };
    const core::CpuId cpu{static_cast<std::uint32_t>(random.below(system.cpu_count()))};
    switch (random.below(8)) {
    case 0:
    case 1:
        return sched::yield(system, self);
    case 2: { // parks, when somebody will certainly wake it: itself, or a child of its own
        (void)sched::unpark(system, self.pid());
        return sched::park(system, self);
    }
    case 3:
        (void)sched::migrate(system, self, cpu); // Busy or QueueFull: it stays
        return;
    case 4:
        (void)sched::migrate(system, peer(), cpu); // it may have ended
        return;
    case 5: {
        auto child = sched::spawn(
            system, {.name = "child", .cpu = cpu},
            [](sched::Task&, sched::Pid parent) {
                System& here = sched::detail::here<System>();
                here.template shared<Feature>().children.fetch_add(1, core::relaxed);
                return sched::unpark(here, parent) ? 0 : 1;
            },
            self.pid());
        if (!child)
            return; // no room just now
        sched::park(system, self);
        const auto value = sched::join(system, self, *child);
        if (value != 0)
            shared.wrong.fetch_add(1, core::relaxed);
        return;
    }
    default:
        (void)sched::unpark(system, peer()); // it may have ended
    }
}

/// A task of the storm.
template <class System>
int live(System& system, sched::Task& self, std::uint64_t number, std::uint64_t rounds,
         std::uint64_t seed) {
    auto& shared = system.template shared<Feature>();
    Seen& seen = shared.seen[number];
    selftest::Random random(seed * 1000 + number);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        // INV-SCHED-5: whoever else ran it now would be seen.
        if (seen.inside.exchange(1, core::relaxed) != 0)
            shared.wrong.fetch_add(1, core::relaxed);
        note_step(system, seen, number);
        step(system, self, random);
        seen.inside.store(0, core::relaxed);
    }
    return 1;
}

template <class System>
void storm(selftest::Record& record, System& system, sched::Task& self, std::uint64_t rounds) {
    constexpr std::uint32_t most = Feature<typename System::Values>::most;
    auto& shared = system.template shared<Feature>();
    const std::uint64_t seed = selftest::storm_seed(system);
    std::array<std::optional<sched::Handle<System>>, most> handles;
    for (std::uint32_t number = 0; number < most; ++number) {
        auto task = sched::spawn(
            system,
            {.name = "storm",
             .cpu = core::CpuId{static_cast<std::uint32_t>(number % system.cpu_count())}},
            [](sched::Task& lives, std::uint64_t own, std::uint64_t count, std::uint64_t with) {
                return live(sched::detail::here<System>(), lives, own, count, with);
            },
            std::uint64_t{number}, rounds, seed);
        if (!task)
            continue; // fewer places than tasks
        shared.seen[number].pid.store(format_value(task->pid()), core::relaxed);
        handles[number].emplace(std::move(*task));
    }
    std::uint64_t tasks = 0;
    std::uint64_t ended = 0;
    std::uint64_t steps = 0;
    for (std::uint32_t number = 0; number < most; ++number) {
        if (!handles[number])
            continue;
        ++tasks;
        ended += sched::join(system, self, *handles[number]) == 1 ? 1 : 0;
        steps += shared.seen[number].steps.load(core::relaxed);
    }
    record.expect(ended == tasks && steps == tasks * rounds, "every task ends, with all its steps");
    record.value("tasks", tasks);
    record.value("steps", steps);
    record.value("wrong", shared.wrong.load(core::relaxed));
    std::uint64_t taken = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        taken += system.template shared<sched::Feature>().taken(core::CpuId{cpu},
                                                                core::QosClass::Normal);
    record.value("slots", taken); // this task's own
    std::uint64_t schedule = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        schedule = schedule * 31 +
                   system.template remote<Feature>(core::CpuId{cpu}).schedule.load(core::relaxed);
    // Whoever wants it to repeat says so; a sleep may end a tick later.
    if (system.arguments().parameter("seed"))
        system.line("sched-smp.storm: schedule={}", schedule);
}

} // namespace neuron::sched_smp::selftests
