// SPDX-License-Identifier: MIT
// Main and a task of the last CPU wake each other and wait, so many times. In deterministic time
// with an instruction a nanosecond, what the clock says has passed is what all CPUs ran together:
// one of them always runs.
#include <neuron/app_main.hpp>
#include <neuron/ipi/feature.hpp>
#include <neuron/sched/spawn.hpp>

using namespace neuron;

namespace {

constexpr std::uint64_t rounds = 1000;

/// Doorbells that the two CPUs rang each other.
std::uint64_t doorbells(core::CpuId peer) {
    const auto rung = [](core::CpuId from, core::CpuId to) {
        return system().remote<ipi::Feature>(from).sent[to.index()].rung.remote_load();
    };
    return rung(core::boot_cpu, peer) + rung(peer, core::boot_cpu);
}

} // namespace

int app_main(Task& self, Args) {
    const core::CpuId last{static_cast<std::uint32_t>(system().cpu_count() - 1)};
    auto peer = sched::spawn(
        system(), {.name = "peer", .cpu = last},
        [](Task& task, sched::Pid main) {
            while (!task.stop_requested()) {
                sched::park(system(), task);
                (void)sched::unpark(system(), main);
            }
        },
        self.pid());
    const auto round = [&] {
        (void)sched::unpark(system(), peer->pid());
        sched::park(system(), self);
    };
    for (std::uint64_t n = 0; n < rounds; ++n)
        round(); // what is made once is made
    const std::uint64_t rung = doorbells(last);
    const std::uint64_t start = system().now();
    for (std::uint64_t n = 0; n < rounds; ++n)
        round();
    const auto time = system().tick_rate().to_nanoseconds(system().now() - start);
    println("WAKE: rounds={} nanoseconds={} doorbells={}", rounds, time.count(),
            doorbells(last) - rung);
    (void)sched::request_stop(system(), peer->pid());
    (void)sched::join(system(), self, *peer);
    return 0;
}
