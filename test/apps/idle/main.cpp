// SPDX-License-Identifier: MIT
// Main sleeps two seconds, while nobody has anything to do. What has interrupted each CPU
// meanwhile, and how each has slept. ARGS=lock: it holds a wake lock.
#include <neuron/app_main.hpp>
#include <neuron/idle/wake_lock.hpp>
#include <neuron/ipi/call.hpp>
#include <neuron/sched-time/sleep.hpp>

using namespace neuron;
using namespace std::chrono_literals;

namespace {

/// What a CPU has counted so far.
struct Counts {
    std::uint64_t interrupts;
    std::array<std::uint64_t, idle::states> ticks;
};
Counts counts_of(core::CpuId cpu) {
    const auto& traps = system().remote_counters(cpu);
    Counts counts{.interrupts = traps.software_interrupts.remote_load() +
                                traps.timer_interrupts.remote_load(),
                  .ticks = {}};
    for (std::size_t state = 0; state < idle::states; ++state)
        counts.ticks[state] =
            idle::counters(system(), cpu, static_cast<idle::State>(state)).ticks.remote_load();
    return counts;
}
/// Every other CPU wakes: how it has slept is counted then.
void wake_all() {
    for (std::uint32_t cpu = 1; cpu < system().cpu_count(); ++cpu)
        (void)ipi::call_on(system(), sync::NoLocks(), core::CpuId{cpu},
                           [](core::IrqContext&) { return 0; });
}

} // namespace

int app_main(Task& self, Args args) {
    std::optional<idle::WakeLock<System>> lock;
    if (args.size() > 1 && args[1] == "lock")
        lock.emplace(system());
    const std::uint32_t count = system().cpu_count();
    std::array<Counts, System::Values::max_cpus> before;
    wake_all();
    sched_time::sleep_for(system(), self, 100ms); // till all have gone to sleep
    for (std::uint32_t cpu = 0; cpu < count; ++cpu)
        before[cpu] = counts_of(core::CpuId{cpu});
    sched_time::sleep_for(system(), self, 2s);
    std::array<std::uint64_t, System::Values::max_cpus> interrupts;
    for (std::uint32_t cpu = 0; cpu < count; ++cpu)
        interrupts[cpu] = counts_of(core::CpuId{cpu}).interrupts - before[cpu].interrupts;
    wake_all();
    for (std::uint32_t cpu = 0; cpu < count; ++cpu) {
        const auto milliseconds = [&](idle::State state) {
            const auto index = static_cast<std::size_t>(state);
            return (counts_of(core::CpuId{cpu}).ticks[index] - before[cpu].ticks[index]) * 1000 /
                   system().machine().timebase_hz;
        };
        println("IDLE: cpu={} interrupts={} poll={} wait={} suspend={}", cpu, interrupts[cpu],
                milliseconds(idle::State::Poll), milliseconds(idle::State::Wait),
                milliseconds(idle::State::Suspend));
    }
    return 0;
}
