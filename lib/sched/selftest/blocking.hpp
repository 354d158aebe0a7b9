// SPDX-License-Identifier: MIT
// The blocking primitives, by tasks on every CPU that takes them.
#pragma once

#include <neuron/sched/barrier.hpp>
#include <neuron/sched/condition_variable.hpp>
#include <neuron/sched/latch.hpp>
#include <neuron/sched/semaphore.hpp>

#include "crowd.hpp"

namespace neuron::sched::selftests {

/// How many CPUs take tasks.
template <class System>
std::uint32_t cpus_with_tasks(System& system) {
    std::uint32_t count = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        count += system.template shared<sched::Feature>().is_open(core::CpuId{cpu}) ? 1 : 0;
    return count;
}

/// `each` tasks on each CPU that takes tasks; how many there are in all.
template <class Crowd, class System, class F>
std::uint32_t add_everywhere(Crowd& crowd, System& system, F function, std::uint32_t each) {
    std::uint32_t count = 0;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        for (std::uint32_t i = 0; i < each; ++i)
            count += crowd.add(function, 1, {.cpu = core::CpuId{cpu}}) ? 1 : 0;
    return count;
}

constexpr std::uint64_t rounds = 200;

template <class System>
struct Counted {
    Mutex<System> mutex;
    core::Plain<std::uint64_t> value; ///< the mutex's
    using neuron_members = core::Members<Counted, &Counted::mutex, &Counted::value>;
};

template <class System>
struct Table {
    Mutex<System> mutex;
    ConditionVariable<System> filled, emptied;
    core::Plain<std::uint64_t> value; ///< 0: empty; the mutex's
    core::Atomic<std::uint64_t> taken{0};
};

/// Tasks that start together, and meet again and again.
template <class System>
struct Meeting {
    explicit Meeting(std::uint32_t tasks) : barrier(tasks), size(tasks) {}

    Latch<System> start{1};
    Barrier<System> barrier;
    core::Atomic<std::uint64_t> arrived{0};
    core::Atomic<std::uint64_t> wrong{0};
    core::Atomic<std::uint64_t> size; ///< constant
    using neuron_members = core::Members<Meeting, &Meeting::start, &Meeting::barrier,
                                         &Meeting::arrived, &Meeting::wrong, &Meeting::size>;
};

} // namespace neuron::sched::selftests

// SAFETY: a Plain is not derived; its mutex orders all that touch it.
template <class System>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sched::selftests::Counted<System>> =
    true;
// SAFETY: as above.
template <class System>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sched::selftests::Table<System>> =
    true;

namespace neuron::sched::selftests {

template <class System>
void run_blocking(selftest::Run& run, System& system, Task& self) {
    run.test("sched.mutex", [&](selftest::Record& record) {
        Counted<System> counted;
        Crowd<System, Counted<System>> crowd(system, self, counted);
        const std::uint32_t tasks = add_everywhere(
            crowd, system,
            [](Task& task, Shared<Counted<System>> shared, std::uint64_t) {
                for (std::uint64_t round = 0; round < rounds; ++round) {
                    const Guard<System> guard(shared->mutex, task);
                    const std::uint64_t before = shared->value.read();
                    if (round % 8 == 0)
                        yield(detail::here<System>(), task); // others come, and wait
                    shared->value.write(before + 1);
                }
            },
            3);
        crowd.join_all(record);
        record.expect(counted.value.read() == tasks * rounds, "INV-SCHED-8: none is lost");
        record.expect(!counted.mutex.holder().is_valid(), "nobody holds it");
        record.value("sum", counted.value.read());
    });

    run.test("sched.semaphore", [&](selftest::Record& record) {
        CountingSemaphore<System> semaphore(0);
        Crowd<System, CountingSemaphore<System>> crowd(system, self, semaphore);
        const std::uint32_t tasks = add_everywhere(
            crowd, system,
            [](Task& task, Shared<CountingSemaphore<System>> shared, std::uint64_t) {
                for (std::uint64_t round = 0; round < rounds; ++round)
                    shared->acquire(task);
                return 1;
            },
            2);
        for (std::uint64_t given = 0; given < tasks * rounds; given += 4) {
            semaphore.release(4);
            yield(system, self);
        }
        record.value("ended", crowd.join_all(record));
        record.expect(!semaphore.try_acquire(), "INV-SCHED-10: nothing is left");
    });

    run.test("sched.condition_variable", [&](selftest::Record& record) {
        Table<System> table;
        Crowd<System, Table<System>> crowd(system, self, table);
        const std::uint32_t tasks = add_everywhere(
            crowd, system,
            [](Task& task, Shared<Table<System>> shared, std::uint64_t) {
                for (std::uint64_t round = 0; round < rounds; ++round) {
                    const Guard<System> guard(shared->mutex, task);
                    shared->filled.wait(task, shared->mutex,
                                        [&] { return shared->value.read() != 0; });
                    shared->taken.fetch_add(shared->value.read(), core::relaxed);
                    shared->value.write(0);
                    shared->emptied.notify_one();
                }
            },
            1);
        for (std::uint64_t n = 1; n <= tasks * rounds; ++n) {
            const Guard<System> guard(table.mutex, self);
            table.emptied.wait(self, table.mutex, [&] { return table.value.read() == 0; });
            table.value.write(n);
            n % 3 == 0 ? table.filled.notify_all() : table.filled.notify_one();
        }
        crowd.join_all(record);
        const std::uint64_t count = tasks * rounds;
        record.expect(table.taken.load(core::relaxed) == count * (count + 1) / 2,
                      "each is taken once");
        record.value("taken", count);
    });

    run.test("sched.latch_and_barrier", [&](selftest::Record& record) {
        const std::uint32_t tasks = 2 * cpus_with_tasks(system);
        Meeting<System> meeting(tasks);
        Crowd<System, Meeting<System>> crowd(system, self, meeting);
        const std::uint32_t there = add_everywhere(
            crowd, system,
            [](Task& task, Shared<Meeting<System>> shared, std::uint64_t) {
                shared->start.wait(task);
                for (std::uint64_t round = 1; round <= 20; ++round) {
                    shared->arrived.fetch_add(1, core::relaxed);
                    shared->barrier.arrive_and_wait(task);
                    // INV-SCHED-12: all of this round, and of the next no more than they are.
                    const std::uint64_t now = shared->arrived.load(core::relaxed);
                    const std::uint64_t size = shared->size.load(core::relaxed);
                    if (now < round * size || now > (round + 1) * size)
                        shared->wrong.fetch_add(1, core::relaxed);
                }
            },
            2);
        record.expect(there == tasks, "room");
        yield(system, self);
        record.expect(meeting.arrived.load(core::relaxed) == 0,
                      "INV-SCHED-11: the latch is closed");
        meeting.start.count_down();
        crowd.join_all(record);
        record.value("arrived", meeting.arrived.load(core::relaxed));
        record.value("wrong", meeting.wrong.load(core::relaxed));
    });
}

} // namespace neuron::sched::selftests
