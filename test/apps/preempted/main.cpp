// SPDX-License-Identifier: MIT
// Four tasks of one CPU never wait: three of them use every register, integer and FP, and a
// rounding mode of their own, one no FP register. They are preempted again and again. With
// ARGS=wrong they expect what they did not leave.
#include <neuron/app_main.hpp>
#include <neuron/sched/spawn.hpp>

using namespace neuron;

extern "C" std::uint64_t run_with_registers(std::uint64_t seed, std::uint64_t end,
                                            std::uint64_t expected, std::uint64_t uses_fp);

namespace {

constexpr std::uint64_t tasks = 4;
constexpr std::uint64_t rounds = 8;
constexpr std::uint64_t microseconds = 4 * System::Values::preempt_slice;

int run(std::uint64_t number, std::uint64_t beside) {
    std::uint64_t wrong = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::uint64_t seed = 1000 * (number + 1) + 7 * round;
        const std::uint64_t end = system().now() + system().ticks(microseconds);
        wrong += run_with_registers(seed, end, seed + beside, number != 1 ? 1 : 0);
    }
    return static_cast<int>(wrong);
}

std::uint64_t switches() {
    const core::IrqOff masked;
    return sched::detail::load_of(system(), masked).switches;
}

} // namespace

int app_main(Task& self, Args args) {
    const std::uint64_t beside = args.size() > 1 && args[1] == "wrong" ? 1 : 0;
    std::optional<sched::Handle<System>> handles[tasks];
    for (std::uint64_t number = 0; number < tasks; ++number) {
        auto task = sched::spawn(
            system(), {.name = "registers"},
            [](Task&, std::uint64_t own, std::uint64_t less) { return run(own, less); }, number,
            beside);
        if (!task)
            panic("no room: {}", task.error());
        handles[number].emplace(std::move(*task));
    }
    const std::uint64_t before = switches();
    // With several CPUs they are moved, too, while they run.
    std::uint64_t moves = 0;
    for (std::uint32_t n = 0; system().cpu_count() > 1 && n < 400; ++n) {
        const core::CpuId cpu{static_cast<std::uint32_t>(n % system().cpu_count())};
        moves += sched::migrate(system(), handles[n % tasks]->pid(), cpu) ? 1 : 0;
        sched::yield(system(), self);
    }
    int wrong = 0;
    for (auto& handle : handles)
        wrong += sched::join(system(), self, *handle).value_or(-1);
    // Each round is as long as four slices, so that whoever is alone in one was preempted.
    println("PREEMPTED: wrong={} often={} moved={}", wrong,
            switches() - before > tasks * rounds ? 1 : 0, moves > 4 ? 1 : 0);
    return 0;
}
