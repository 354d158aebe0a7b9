// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/args/parameter.hpp>
#include <neuron/core/cpu_set.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>
#include <neuron/sync/spin_lock.hpp>

namespace neuron::smp {
namespace selftests {

inline constexpr std::uint64_t storm_rounds = 10'000;

/// Shared by the CPUs of one storm, on the stack of the test.
struct Storm {
    sync::SpinLock<std::uint64_t, sync::Rank::Scheduler> locked{0U};
    core::Atomic<std::uint64_t> atomic{0};
};

/// STORM=n makes storms n times longer.
template <class System>
std::uint64_t rounds(System& system) {
    const auto factor = system.arguments().parameter("storm");
    return storm_rounds * (factor ? args::parse_unsigned(*factor).value_or(1) : 1);
}

/// A pointer that a storm hands to every CPU; the Storm outlives the call.
struct StormReference {
    Storm* storm;
    std::uint64_t rounds;
};

struct Answer {
    Share share;
    std::uint32_t product;
};

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;

    run.test("smp.each_cpu_runs_once", [&](selftest::Record& record) {
        const auto answers = run_on_each_cpu(
            system,
            [](Share share, std::uint32_t factor) {
                return Answer{share, percpu::this_cpu().cpu.value * factor};
            },
            3U);
        record.expect(answers.has_value(), "nothing else is running");
        core::CpuSet<System::max_cpus> seen;
        std::uint32_t sum = 0;
        for (unsigned i = 0; i < answers->size(); ++i) {
            const auto& [share, product] = (*answers)[i];
            record.expect(share.index == i && share.count == answers->size(), "dense indexes");
            record.expect(product == share.cpu.value * 3, "each ran where it says");
            seen.insert(share.cpu);
            sum += product;
        }
        record.value("cpus", seen.size());
        record.value("sum", sum);
    });

    run.test("smp.identity_on_each_cpu", [&](selftest::Record& record) {
        const auto answers = run_on_each_cpu(system, [](Share share) {
            const percpu::Identity& self = percpu::this_cpu();
            return self.cpu == share.cpu &&
                   static_cast<System*>(self.system)->hart_of(self.cpu) == self.hart;
        });
        std::uint32_t good = 0;
        for (const bool each : *answers)
            good += each;
        record.value("good", good);
    });

    run.test("smp.a_thousand_rounds", [&](selftest::Record& record) {
        std::uint64_t sum = 0;
        for (std::uint64_t round = 0; round < 1000; ++round) {
            const auto answers =
                run_on_each_cpu(system, [](Share, std::uint64_t n) { return n; }, round);
            for (const std::uint64_t each : *answers)
                sum += each;
        }
        record.value("sum", sum);
    });

    run.test("smp.storm_on_one_word", [&](selftest::Record& record) {
        Storm storm;
        const auto done = run_on_each_cpu(
            system,
            [](Share, StormReference reference) {
                for (std::uint64_t round = 0; round < reference.rounds; ++round) {
                    reference.storm->locked.with([](std::uint64_t& value) { ++value; });
                    reference.storm->atomic.fetch_add(1, core::relaxed); // a counter
                }
                return 0;
            },
            StormReference{&storm, rounds(system)});
        record.expect(done.has_value(), "nothing else is running");
        record.value("locked", storm.locked.with([](std::uint64_t& value) { return value; }));
        record.value("atomic", storm.atomic.load(core::relaxed)); // all CPUs have ended
    });

    run.test("smp.lines_stay_whole", [&](selftest::Record& record) {
        (void)run_on_each_cpu(system, [](Share share) {
            auto& everywhere = *static_cast<System*>(percpu::this_cpu().system);
            for (std::uint32_t line = 0; line < 20; ++line)
                everywhere.line("whole line {} of CPU {}: {:>{}}|", line, share.cpu, "-", 40U);
            return 0;
        });
        record.value("lines", system.cpu_count() * 20);
    });

    run.test("smp.test_reject_run_inside_run", [&](selftest::Record& record) {
        const auto answers = run_on_each_cpu(system, [](Share) {
            auto& everywhere = *static_cast<System*>(percpu::this_cpu().system);
            const auto inner = run_on_each_cpu(everywhere, [](Share) { return 0; });
            return !inner && inner.error() == EachCpuError::Busy;
        });
        std::uint32_t refused = 0;
        for (const bool each : *answers)
            refused += each;
        record.value("refused", refused);
    });
}

} // namespace neuron::smp
