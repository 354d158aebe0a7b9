// SPDX-License-Identifier: MIT
// A job that is posted to other CPUs and lives on its caller's stack.
#include <neuron/smp/job.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using neuron::smp::Job;
using neuron::smp::Mailbox;
using neuron::smp::Share;

namespace {

constexpr unsigned cpus = 3;

/// The caller is CPU 0; the others run what comes, as idle CPUs do.
void run_rounds(unsigned rounds) {
    std::array<Mailbox, cpus> boxes;
    const auto idle = [&](unsigned cpu) {
        for (unsigned i = 0; i < rounds; ++i)
            spin_until([&] { return run_pending(boxes.at(cpu), neuron::core::CpuId{cpu}); });
    };
    parallel(
        [&] {
            for (unsigned round = 0; round < rounds; ++round) {
                const auto square = [](Share share) {
                    return Probe(static_cast<int>(share.index * share.index));
                };
                neuron::smp::detail::TypedJob<decltype(square), Probe, cpus> job;
                job.count = cpus;
                job.results.resize(cpus);
                job.remaining.store(cpus - 1, relaxed);
                for (unsigned cpu = 1; cpu < cpus; ++cpu)
                    boxes.at(cpu).post(job, cpu);
                spin_until([&] { return job.remaining.load(acquire) == 0; });
                for (unsigned cpu = 1; cpu < cpus; ++cpu)
                    MODEL_ASSERT(job.results[cpu].read() == static_cast<int>(cpu * cpu));
            }
        },
        [&] { idle(1); }, [&] { idle(2); });
}

} // namespace

TEST_CASE("smp: INV-SMP-2: a job is run once by each CPU, and nobody touches it afterwards") {
    passes("Mailbox and Job: 3 CPUs, 1 run", 2, [] { run_rounds(1); });
    passes("Mailbox and Job: 3 CPUs, 2 runs", 4, [] { run_rounds(2); });
}
