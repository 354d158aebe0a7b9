// SPDX-License-Identifier: MIT
// What the files here share: a system, a task, the authority, and lawful uses of all.
#pragma once
#include <neuron/sched-qos/feature.hpp>

#include "../task_system.hpp"
using namespace neuron;
using core::QosClass;
using sched::Task;

struct Values {
    static constexpr unsigned max_cpus = 2, sched_tasks = 2, sched_large_tasks = 1;
    static constexpr unsigned sched_capacity = 2, sched_qos_patience = 4, sched_qos_decisions = 2;
};
using System = TaskSystem<Values, sched_qos::Feature<Values>>;

extern System machine;
extern Task& self;
extern const sched_qos::Authority& authority;
extern core::Pid pid;

inline void lawful() {
    (void)sched_qos::set_qos(machine, self, QosClass::Idle);
    (void)sched_qos::set_qos(machine, authority, pid, QosClass::Idle);
    (void)sched_qos::set_share(machine, self, 1);
    (void)sched_qos::set_share(machine, authority, self, 1);
    (void)sched_qos::set_affinity(machine, self, {});
    (void)sched_qos::spawn(machine, authority, {.qos = QosClass::PerfBurst}, [](Task&) {});
}
