// SPDX-License-Identifier: MIT
// What the files here share: a system without sched-time, tasks, and lawful uses of all.
#pragma once
#include <neuron/sched/barrier.hpp>
#include <neuron/sched/condition_variable.hpp>
#include <neuron/sched/feature.hpp>
#include <neuron/sched/latch.hpp>
#include <neuron/sched/semaphore.hpp>

#include <mutex>
#include <string>

#include "../task_system.hpp"
using namespace neuron;
using sched::Task;

struct Values {
    static constexpr unsigned max_cpus = 2, sched_tasks = 2, sched_large_tasks = 1;
    static constexpr unsigned sched_capacity = 2;
};
using System = TaskSystem<Values>;

extern System machine;
extern Task& self;
extern sched::Handle<System> handle;
extern sched::Mutex<System> mutex;
extern sched::ConditionVariable<System> changed;
extern sched::CountingSemaphore<System> semaphore;
extern sched::Latch<System> latch;
extern sched::Barrier<System> barrier;
extern int number;
inline constexpr core::Instant limit{};

inline void lawful() {
    (void)sched::spawn(machine, {}, [](Task&, int n) { return n; }, number);
    (void)sched::spawn(
        machine, {.name = "joins"},
        [](Task& task, sched::Handle<System> other) { (void)sched::join(machine, task, other); },
        std::move(handle));
    sched::yield(machine, self);
    sched::park(machine, self);
    (void)sched::unpark(machine, handle.pid());
    (void)sched::migrate(machine, self, core::CpuId{1});
    const sched::Guard<System> guard(mutex, self);
    changed.wait(self, mutex);
    semaphore.acquire(self);
    latch.arrive_and_wait(self);
    barrier.arrive_and_wait(self);
}
