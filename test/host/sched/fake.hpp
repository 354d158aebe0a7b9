// SPDX-License-Identifier: MIT
// What lib/sched is given in these tests: numbers, and a feature by which tasks travel and wait for
// a time.
#pragma once

#include <neuron/sched/feature.hpp>

#include <vector>

namespace sched_test {

using namespace neuron;
using core::CpuId;
using core::Instant;
using core::Pid;
using sched::Error;
using sched::Task;
using namespace std::chrono_literals;

constexpr CpuId zero{0}, one{1}, two{2}, three{3};
constexpr core::QosClass normal = core::QosClass::Normal;

inline sched::CpuMask only(std::initializer_list<CpuId> cpus) {
    sched::CpuMask mask;
    for (const CpuId cpu : cpus)
        mask.insert(cpu);
    return mask;
}

/// The system's numbers; a test inherits them to change some.
struct Numbers {
    static constexpr unsigned max_cpus = 4;
    static constexpr std::uint32_t sched_tasks = 6;
    static constexpr std::uint32_t sched_large_tasks = 1;
    static constexpr std::uint32_t sched_capacity = 7;
};
/// A CPU is full with so many tasks.
template <std::uint32_t Capacity>
struct Full : Numbers {
    static constexpr std::uint32_t sched_capacity = Capacity;
};

/// What lib/sched finds by the list of features: how tasks travel, and wait for a time.
struct Fake {
    template <class System, class W>
    static void on_waiting(System& system, const W&) {
        ++system.began_to_wait;
    }
};
template <class... F, class System>
void post_wake(core::TypeList<F...>, System& system, CpuId home, Task& task) {
    system.send(home, System::Kind::Wake, task);
}
template <class... F, class System>
void post_migrate(core::TypeList<F...>, System& system, CpuId home, Task& task) {
    system.send(home, System::Kind::Migrate, task);
}
template <class... F, class System>
bool is_reachable(core::TypeList<F...>, System& system, CpuId cpu) {
    return system.refuses != cpu;
}
template <class... F, class System>
bool post_attend(core::TypeList<F...>, System& system, CpuId home, Pid pid) {
    if (system.refuses == home)
        return false;
    system.send_attention(home, pid);
    return true;
}
template <class... F, class System>
bool park_until(core::TypeList<F...>, System& system, Task& self, Instant limit) {
    if (system.clock >= limit)
        return false;
    const auto mine = system.sleepers.emplace(limit, self.pid());
    sched::park(system, self);
    system.sleepers.erase(mine);
    return system.clock < limit;
}

} // namespace sched_test
