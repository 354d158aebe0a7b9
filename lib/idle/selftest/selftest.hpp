// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/idle/wake_lock.hpp>
#include <neuron/ipi/call.hpp>
#include <neuron/selftest/comes_to_pass.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::idle {
namespace selftests {

template <class System>
std::uint64_t entries(System& system, core::CpuId cpu, State state) {
    return counters(system, cpu, state).entries.remote_load();
}
/// Wakes `cpu`, which sleeps again after that; false if it does not in time.
template <class System>
bool wakes_and_sleeps(System& system, core::CpuId cpu) {
    const auto all = [&] {
        return entries(system, cpu, State::Wait) + entries(system, cpu, State::Suspend);
    };
    const std::uint64_t before = all();
    const auto woken =
        ipi::call_on(system, sync::NoLocks(), cpu, [](core::IrqContext&) { return 0; });
    return woken.has_value() && selftest::comes_to_pass(system, [&] { return all() > before; });
}

} // namespace selftests

/// The other CPUs have nothing to do.
template <class System>
void run_selftests(selftest::Run& run, System& system) {
    const auto count_others = [&](auto holds) {
        std::uint32_t count = 0;
        for (std::uint32_t cpu = 1; cpu < system.cpu_count(); ++cpu)
            count += holds(core::CpuId{cpu}) ? 1 : 0;
        return count;
    };

    run.test("idle.each_cpu_sleeps", [&](selftest::Record& record) {
        record.value("cpus", count_others([&](core::CpuId cpu) {
                         return selftests::wakes_and_sleeps(system, cpu);
                     }));
    });

    run.test("idle.wake_lock", [&](selftest::Record& record) { // INV-IDLE-2
        const WakeLock lock(system);
        std::uint64_t suspended = 0;
        record.value("cpus", count_others([&](core::CpuId cpu) {
                         bool sleeps = selftests::wakes_and_sleeps(system, cpu);
                         const auto before = selftests::entries(system, cpu, State::Suspend);
                         for (int round = 0; round < 10; ++round)
                             sleeps = selftests::wakes_and_sleeps(system, cpu) && sleeps;
                         suspended += selftests::entries(system, cpu, State::Suspend) - before;
                         return sleeps;
                     }));
        record.value("suspended", suspended);
    });
}

} // namespace neuron::idle
