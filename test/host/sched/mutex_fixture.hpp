// SPDX-License-Identifier: MIT
// Tasks around one mutex, for the tests of Mutex and ConditionVariable.
#pragma once

#include <neuron/sched/condition_variable.hpp>

#include "system.hpp"

namespace sched_test {

using Mutex = sched::Mutex<System<>>;
using Guard = sched::Guard<System<>>;

struct MutexFixture {
    System<> system;
    Mutex mutex;
    sched::ConditionVariable<System<>> changed;
    std::string seen;
    std::vector<sched::Handle<System<>>> tasks;

    void start(auto function, CpuId cpu = zero) {
        tasks.push_back(system.started({.cpu = cpu}, function));
    }
    /// A task that holds the mutex while the test goes on, then says its name.
    void start_holder(char name, CpuId cpu = zero) {
        start(
            [this, name](Task& self) {
                const Guard guard(mutex, self);
                sched::park(system, self);
                seen += name;
            },
            cpu);
        system.run_all();
    }
    /// One that locks, says its name and unlocks.
    void start_taker(char name, CpuId cpu = zero) {
        start(
            [this, name](Task& self) {
                const Guard guard(mutex, self);
                CHECK(mutex.holder() == self.pid());
                seen += name;
            },
            cpu);
        system.run_all();
    }
    void unpark(std::size_t task) {
        CHECK(sched::unpark(system, tasks[task].pid()));
        system.run_all();
    }
};

} // namespace sched_test
