// SPDX-License-Identifier: MIT
// A system whose idle CPUs ask others for tasks, and whose messages are the test's to deliver.
#pragma once

#include <neuron/steal/hooks.hpp>

#include <doctest/doctest.h>

#include "../sched/system.hpp"

/// Without lib/ipi: the functions below are its messages.
template <class Values>
struct neuron::steal::Feature : Hooks<Values> {};

namespace sched_test {

struct StealNumbers : Full<32> {
    static constexpr std::uint32_t sched_tasks = 32;
    static constexpr std::uint32_t steal_max = 3;
    static constexpr std::uint32_t steal_max_class = 1;
    static constexpr std::uint32_t steal_least = 1;
    static constexpr std::uint32_t steal_pause = 50;
    static constexpr std::uint32_t steal_victim = 0;
    static constexpr std::uint32_t steal_chance = 1;
};
using StealSystem = System<StealNumbers, steal::Feature<StealNumbers>>;

template <class... F, class System>
bool post_request(core::TypeList<F...>, System& system, CpuId victim, std::uint32_t count) {
    if (!sched::detail::is_reachable_cpu(system, victim))
        return false;
    const CpuId thief = system.this_cpu();
    system.send(victim, [&system, thief, count](core::IrqContext& irq) {
        steal::detail::answer(system, irq, thief, count);
    });
    return true;
}
template <class... F, class System>
void post_answer(core::TypeList<F...>, System& system, CpuId thief, std::uint32_t given) {
    const CpuId victim = system.this_cpu();
    system.send(thief, [&system, victim, given](core::IrqContext& irq) {
        steal::detail::hear(system, irq, victim, given);
    });
}
template <class... F, class System>
void post_waiting(core::TypeList<F...>, System& system, CpuId idle) {
    system.send(idle, [&system](core::IrqContext& irq) { steal::detail::wake(system, irq); });
}

} // namespace sched_test
