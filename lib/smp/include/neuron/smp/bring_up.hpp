// SPDX-License-Identifier: MIT
// Starts the other harts, waits for them with a bound, and says what came of it. A hart that fails
// is named and the image goes on without it.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/percpu/life.hpp>

namespace neuron::smp {

/// Boot CPU only, once. Prints `CPU n: ready` in CPU order, then `SMP: all CPUs online` or
/// `SMP: n/m CPUs online`. INV-SMP-1: no wait is longer than the system's diagnostic bound.
template <class System>
void bring_up(System& system) {
    using percpu::LifeState;
    const unsigned count = system.cpu_count();
    unsigned online = 1;

    // All are asked before any is waited for, so they come up side by side.
    const bool startable = system.can_start_harts();
    for (std::uint32_t index = 1; startable && index < count; ++index) {
        const core::CpuId cpu{index};
        system.life(cpu).begin();
        const auto started = system.start_hart(cpu);
        if (!started && system.life(cpu).give_up())
            system.warn("CPU {}: hart {} did not start (SBI error {})", cpu, system.hart_of(cpu),
                        started.error());
    }
    if (!startable && count > 1)
        system.warn("SMP: the firmware can't start harts (no HSM extension)");

    const std::uint64_t deadline = system.diagnostic_deadline();
    for (std::uint32_t index = 1; startable && index < count; ++index) {
        const core::CpuId cpu{index};
        percpu::Life& life = system.life(cpu);
        core::spin_until(
            [&] { return life.state() != LifeState::Starting || system.now() >= deadline; });
        if (life.state() == LifeState::Starting && life.give_up()) {
            system.warn("CPU {}: hart {} did not come up in time", cpu, system.hart_of(cpu));
        } else if (life.is_online()) {
            system.info("CPU {}: ready", cpu);
            ++online;
        }
    }

    if (online == count)
        system.info("SMP: all CPUs online");
    else
        system.line("SMP: {}/{} CPUs online", online, count); // at every level
}

} // namespace neuron::smp
