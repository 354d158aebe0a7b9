// SPDX-License-Identifier: MIT
// Many small tasks, all spawned on CPU 0: idle CPUs take them. In waves: of each, every task runs
// once, whoever has it. `seed=` in the boot arguments changes how long they are.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/selftest/random.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>
#include <neuron/steal/feature.hpp>

#include <optional>

namespace neuron::steal::selftests {

/// What the tasks of a wave share. Counts, which order nothing.
template <class Values>
struct Wave {
    static constexpr std::uint32_t most = 24;

    std::array<core::Atomic<std::uint32_t>, most> ran{};
    std::array<core::Atomic<std::uint32_t>, Values::max_cpus> on{}; ///< tasks that each CPU ran
};

/// Spawns a wave here, and joins it; how many tasks it had. `wrong`: those that did not run once.
template <class System>
std::uint64_t run_wave(System& system, sched::Task& self, Wave<typename System::Values>& wave,
                       selftest::Random& random, std::uint64_t& wrong) {
    using Shared = core::Ref<Wave<typename System::Values>>;
    const auto shared = Shared::unsafe_to(wave); // SAFETY: all are joined below
    std::array<std::optional<sched::Handle<System>>, Wave<typename System::Values>::most> tasks;
    for (std::uint64_t number = 0; auto& each : tasks) {
        auto task = sched::spawn(
            system, {.name = "small", .cpu = core::boot_cpu},
            [](sched::Task&, Shared all, std::uint64_t own, std::uint64_t polls) {
                System& here = sched::detail::here<System>();
                all->ran[own].fetch_add(1, core::relaxed);
                all->on[sched::detail::cpu_of_this(here).index()].fetch_add(1, core::relaxed);
                (void)core::spin_at_most(static_cast<unsigned>(polls), [] { return false; });
            },
            shared, number++, random.below(64));
        if (!task)
            break; // fewer places than tasks
        each.emplace(std::move(*task));
    }
    std::uint64_t count = 0;
    for (std::size_t number = 0; number < tasks.size(); ++number) {
        if (!tasks[number])
            break;
        ++count;
        const bool ended = sched::join(system, self, *tasks[number]).has_value();
        wrong += !ended || wave.ran[number].exchange(0, core::relaxed) != 1 ? 1 : 0;
    }
    return count;
}

/// So many tasks at least, until every CPU has run one.
template <class System>
void storm(selftest::Record& record, System& system, sched::Task& self, std::uint64_t wanted) {
    selftest::Random random(selftest::storm_seed(system));
    Wave<typename System::Values> wave;
    std::uint64_t tasks = 0;
    std::uint64_t wrong = 0;
    std::uint64_t cpus = 0;
    const std::uint64_t deadline = system.diagnostic_deadline();
    while (tasks < wanted || (cpus < system.cpu_count() && system.now() < deadline)) {
        tasks += run_wave(system, self, wave, random, wrong);
        cpus = 0;
        for (const auto& each : wave.on)
            cpus += each.load(core::relaxed) > 0 ? 1 : 0;
    }
    std::uint64_t given = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        given += counters(system, core::CpuId{cpu}).given.remote_load();
    record.value("tasks", tasks);
    record.value("wrong", wrong);
    record.value("cpus", cpus);
    record.value("given", given);
}

} // namespace neuron::steal::selftests
