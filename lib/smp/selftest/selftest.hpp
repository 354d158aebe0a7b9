// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/cpu_set.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

namespace neuron::smp {
namespace selftests {

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
            system, sync::NoLocks(),
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
        const auto answers = run_on_each_cpu(system, sync::NoLocks(), [](Share share) {
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
            const auto answers = run_on_each_cpu(
                system, sync::NoLocks(), [](Share, std::uint64_t n) { return n; }, round);
            for (const std::uint64_t each : *answers)
                sum += each;
        }
        record.value("sum", sum);
    });

    run.test("smp.lines_stay_whole", [&](selftest::Record& record) {
        (void)run_on_each_cpu(system, sync::NoLocks(), [](Share share) {
            auto& everywhere = *static_cast<System*>(percpu::this_cpu().system);
            for (std::uint32_t line = 0; line < 20; ++line)
                everywhere.line("whole line {} of CPU {}: {:>{}}|", line, share.cpu, "-", 40U);
            return 0;
        });
        record.value("lines", system.cpu_count() * 20);
    });

    run.test("smp.test_reject_run_inside_run", [&](selftest::Record& record) {
        const auto answers = run_on_each_cpu(system, sync::NoLocks(), [](Share) {
            auto& everywhere = *static_cast<System*>(percpu::this_cpu().system);
            const auto inner =
                run_on_each_cpu(everywhere, sync::NoLocks(), [](Share) { return 0; });
            return !inner && inner.error() == EachCpuError::Busy;
        });
        std::uint32_t refused = 0;
        for (const bool each : *answers)
            refused += each;
        record.value("refused", refused);
    });
}

} // namespace neuron::smp
