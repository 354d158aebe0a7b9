// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/core/ref.hpp>
#include <neuron/sched/mutex.hpp>
#include <neuron/sched/semaphore.hpp>
#include <neuron/sched/spawn.hpp>

namespace neuron::sched {
namespace benches {

/// Runs operation() beside a task that runs function(Task&, args...) until it is asked to stop.
template <class System, class F, class Operation, class... Args>
void beside(bench::Run<System>& run, System& system, Task& self, std::string_view name, F function,
            Operation operation, Args... args) {
    auto other = spawn(system, {.name = "other"}, function, args...);
    core::check(other.has_value(), "sched: room for a benchmark's task");
    yield(system, self); // it is where it waits
    run.measure(name, [&] { operation(other->pid()); });
    (void)request_stop(system, other->pid());
    operation(other->pid()); // it looks
    (void)join(system, self, *other);
}

/// Two semaphores that two tasks throw to each other.
template <class System>
struct Table {
    CountingSemaphore<System> ping{0};
    CountingSemaphore<System> pong{0};
    using neuron_members = core::Members<Table, &Table::ping, &Table::pong>;
};

} // namespace benches

template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    Task& self = this_task(system);
    run.measure("sched.yield_alone", [&] { yield(system, self); });
    // To the other and back.
    benches::beside(
        run, system, self, "sched.two_switches",
        [](Task& task) {
            while (!task.stop_requested())
                yield(detail::here<System>(), task);
        },
        [&](Pid) { yield(system, self); });
    benches::beside(
        run, system, self, "sched.park_unpark_round_trip",
        [](Task& task, Pid main) {
            while (!task.stop_requested()) {
                park(detail::here<System>(), task);
                (void)unpark(detail::here<System>(), main);
            }
        },
        [&](Pid other) {
            (void)unpark(system, other);
            park(system, self);
        },
        self.pid());
    benches::Table<System> table;
    // SAFETY: it outlives `beside`, which joins the task.
    const auto shared = core::Ref<benches::Table<System>>::unsafe_to(table);
    benches::beside(
        run, system, self, "sched.semaphore_ping_pong",
        [](Task& task, core::Ref<benches::Table<System>> both) {
            while (!task.stop_requested()) {
                both->ping.acquire(task);
                both->pong.release();
            }
        },
        [&](Pid) {
            table.ping.release();
            table.pong.acquire(self);
        },
        shared);
    run.measure("sched.spawn_join", [&] {
        auto task = spawn(system, {.name = "child"}, [](Task&) {});
        (void)join(system, self, *task);
    });
    Mutex<System> mutex;
    run.measure("sched.mutex_pair", [&] {
        mutex.lock(self);
        mutex.unlock(self);
    });
    CountingSemaphore<System> semaphore(1);
    run.measure("sched.semaphore_pair", [&] {
        semaphore.acquire(self);
        semaphore.release();
    });
    run.measure("sched.unpark_that_is_noted", [&] { (void)unpark(system, self.pid()); });
    park(system, self);
}

} // namespace neuron::sched
