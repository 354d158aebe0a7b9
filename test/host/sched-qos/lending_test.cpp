// SPDX-License-Identifier: MIT
// Who waits lends its class: over mutexes and joins, across CPUs, along chains, and back again.
#include <neuron/sched/mutex.hpp>

#include <random>

#include "fixture.hpp"

using namespace sched_test;

namespace {

using LendingSystem = QosSystem<20>;
using Mutex = sched::Mutex<LendingSystem>;
using Guard = sched::Guard<LendingSystem>;

struct Fixture : QosFixture<20> {
    /// One that holds the mutex until it is unparked.
    auto holder(QosClass qos, Mutex& mutex, CpuId cpu = zero) {
        return start(
            qos,
            [&](Task& self) {
                const Guard guard(mutex, self);
                sched::park(system, self);
            },
            cpu);
    }
    auto taker(QosClass qos, Mutex& mutex, CpuId cpu = zero) {
        return start(qos, [&](Task& self) { const Guard guard(mutex, self); }, cpu);
    }
    void unpark(const auto& task) {
        CHECK(sched::unpark(system, task.pid()));
        system.run_all();
    }
    /// The class that it has when it is next attended to.
    QosClass class_of(const auto& task) {
        return sched_qos::detail::class_of(sched::detail::held_place(system, task.pid()).task);
    }
    /// The class in which it competes.
    QosClass stands(const auto& task) {
        return sched::detail::Inside::standing(sched::detail::held_place(system, task.pid()).task)
            .qos;
    }
    std::uint64_t pressure(const auto& task) {
        return sched::detail::held_place(system, task.pid()).slot.pressure.load(core::relaxed);
    }
};

} // namespace

TEST_CASE("sched-qos: INV-QOS-6: who waits for a mutex lends its class to the holder") {
    for (const CpuId cpu : {zero, two}) {
        Fixture f;
        Mutex mutex;
        const auto low = f.holder(idle, mutex);
        CHECK(f.class_of(low) == idle);
        const auto middle = f.taker(interactive, mutex, cpu);
        CHECK(f.class_of(low) == interactive);
        const auto high = f.taker(burst, mutex, cpu);
        CHECK(f.class_of(low) == burst);
        f.unpark(low);
        CHECK(f.pressure(low) == 0);
        CHECK(f.pressure(middle) == 0); // all have had it
        CHECK(f.pressure(high) == 0);
    }
}

TEST_CASE("sched-qos: INV-QOS-6: the next holder is lent what those left behind lend") {
    Fixture f;
    Mutex mutex;
    const auto first = f.holder(idle, mutex);
    const auto second = f.holder(idle, mutex, one);
    const auto third = f.taker(burst, mutex, two);
    CHECK(f.class_of(first) == burst);
    CHECK(f.class_of(second) == idle);
    f.unpark(first);
    CHECK(f.pressure(first) == 0);
    CHECK(f.class_of(second) == burst);
    f.unpark(second);
    CHECK(f.pressure(second) == 0);
    CHECK(f.pressure(third) == 0);
}

TEST_CASE("sched-qos: INV-QOS-7: a holder that is ready competes in the class that it is lent") {
    Fixture f;
    Mutex mutex;
    std::string order;
    const auto low = f.start(idle, [&](Task& self) {
        const Guard guard(mutex, self);
        sched::park(f.system, self);
        order += 'l';
    });
    bool may_end = false;
    const auto middle = f.spawn(interactive, [&](Task& self) {
        while (!may_end) {
            f.system.pause();
            sched::yield(f.system, self);
        }
        order += 'm';
    });
    CHECK(sched::unpark(f.system, low.pid()));
    f.system.step(zero);
    CHECK(order.empty()); // one of a class between keeps it from going on
    CHECK(f.stands(low) == idle);
    const auto high = f.spawn(burst, [&](Task& self) { const Guard guard(mutex, self); }, three);
    f.system.deliver_all(three);
    f.system.run(three);
    f.system.deliver_all(zero);
    CHECK(f.stands(low) == burst);
    may_end = true;
    f.system.run_all();
    CHECK(order == "lm");
}

TEST_CASE("sched-qos: INV-QOS-7: a holder that runs goes back to its class as it unlocks") {
    Fixture f;
    Mutex mutex;
    const auto low = f.spawn(idle, [&](Task& self) {
        {
            const Guard guard(mutex, self);
            f.system.pause();
            CHECK(sched::detail::Inside::standing(self).qos == burst);
        }
        CHECK(sched::detail::Inside::standing(self).qos == idle);
    });
    f.system.step(zero);
    const auto high = f.spawn(burst, [&](Task& self) { const Guard guard(mutex, self); }, one);
    f.system.deliver_all(one);
    f.system.run(one);
    f.system.deliver_all(zero);
    f.system.run_all();
    CHECK(f.pressure(low) == 0);
}

TEST_CASE("sched-qos: who gives up takes back what it lent") {
    Fixture f;
    Mutex mutex;
    const auto low = f.holder(idle, mutex);
    const auto high =
        f.start(burst, [&](Task& self) { CHECK_FALSE(mutex.try_lock_until(self, at(5ns))); }, one);
    CHECK(f.class_of(low) == burst);
    f.system.as(two, [&] { f.system.go_on_to(at(5ns)); });
    f.system.run_all();
    CHECK(f.pressure(low) == 0);
    CHECK(f.class_of(low) == idle);
    f.unpark(low);
    const auto next = f.taker(burst, mutex);
    CHECK(mutex.holder() == Pid{});
}

TEST_CASE("sched-qos: who joins a task lends its class to it, until it gives up") {
    Fixture f;
    std::optional<sched::Handle<LendingSystem>> low;
    low.emplace(f.start(idle, [&](Task& self) { sched::park(f.system, self); }, one));
    const Pid pid = low->pid();
    const auto high = f.start(burst, [&](Task& self) {
        CHECK(sched::join(f.system, self, *low, at(5ns)).error() == Error::TimedOut);
        sched::park(f.system, self);
        CHECK(sched::join(f.system, self, *low));
    });
    auto& task = sched::detail::held_place(f.system, pid).task;
    CHECK(sched_qos::detail::class_of(task) == burst);
    f.system.go_on_to(at(5ns));
    f.system.run_all();
    CHECK(sched_qos::detail::class_of(task) == idle);
    f.unpark(high);
    CHECK(sched_qos::detail::class_of(task) == burst);
    CHECK(sched::unpark(f.system, pid));
    f.system.run_all();
    const auto next = f.start(idle, [](Task&) {}, one); // in the same place
    CHECK(f.pressure(next) == 0);
}

TEST_CASE("sched-qos: INV-QOS-7: a class goes along a chain of 8, and no further") {
    for (const std::size_t depth : {1U, 3U, 8U, 9U}) {
        CAPTURE(depth);
        for (const std::uint32_t cpus : {1U, 4U}) {
            Fixture f;
            std::deque<Mutex> mutexes(depth);
            std::deque<sched::Handle<LendingSystem>>
                holders; // each but the first waits for the one before
            for (std::size_t n = 0; n < depth; ++n)
                holders.push_back(f.start(
                    idle,
                    [&, n](Task& self) {
                        const Guard own(mutexes[n], self);
                        if (n == 0)
                            return sched::park(f.system, self);
                        const Guard other(mutexes[n - 1], self);
                    },
                    CpuId{static_cast<std::uint32_t>(n % cpus)}));
            const auto high = f.taker(burst, mutexes.back(), CpuId{cpus - 1});
            for (std::size_t n = 0; n < depth; ++n)
                CHECK(f.class_of(holders[n]) == (depth - n <= 8 ? burst : idle));
            f.unpark(holders[0]);
            for (const auto& each : holders)
                CHECK(f.pressure(each) == 0);
            CHECK(f.pressure(high) == 0);
        }
    }
}

TEST_CASE("sched-qos: INV-QOS-7: who is given another class as it waits lends that") {
    Fixture f;
    Mutex mutex;
    const auto low = f.holder(idle, mutex);
    const auto waits = f.taker(QosClass::Normal, mutex, one);
    CHECK(f.class_of(low) == QosClass::Normal);
    CHECK(sched_qos::set_qos(f.system, f.authority, waits.pid(), burst));
    f.system.run_all();
    CHECK(f.class_of(low) == burst);
    CHECK(sched_qos::set_qos(f.system, f.authority, waits.pid(), idle));
    f.system.run_all();
    CHECK(f.class_of(low) == idle);
    f.unpark(low);
    CHECK(f.pressure(low) == 0);
}

TEST_CASE("sched-qos: INV-QOS-7: a task that leaves as its home attends to it is followed") {
    Fixture f;
    Mutex mutex;
    const auto first = f.holder(idle, mutex, three);
    const auto second = f.taker(idle, mutex);
    f.system.as(three, [&] { CHECK(sched::unpark(f.system, first.pid())); });
    f.system.run(three);
    f.system.deliver_all(zero); // the second has it, and is ready
    f.system.as(two, [&] { CHECK(sched::migrate(f.system, second.pid(), one)); });
    const auto high = f.spawn(burst, [&](Task& self) { const Guard guard(mutex, self); }, two);
    f.system.deliver_all(two);
    f.system.run(two);
    REQUIRE(f.system.inbox(zero).size() == 1); // one message for both
    f.system.deliver(zero);
    REQUIRE(f.system.inbox(one).size() == 2);
    CHECK(f.system.inbox(one)[0].kind == LendingSystem::Kind::Migrate);
    CHECK(f.system.inbox(one)[1].kind == LendingSystem::Kind::Attend);
    f.system.deliver_all(one);
    CHECK(f.stands(second) == burst);
    f.system.run_all();
    CHECK(f.pressure(second) == 0);
}

TEST_CASE("sched-qos: INV-QOS-6: a crowd around three mutexes leaves nothing lent") {
    Fixture f;
    std::array<Mutex, 3> mutexes;
    std::mt19937 random{1};
    std::vector<sched::Handle<LendingSystem>> tasks;
    for (unsigned number = 0; number < 12; ++number)
        tasks.push_back(f.start(
            static_cast<QosClass>(number % 4),
            [&](Task& self) {
                for (int round = 0; round < 200; ++round) {
                    const std::size_t first = random() % 2;
                    const Guard one_of_two(mutexes[first], self);
                    if (random() % 2 == 0)
                        sched::yield(f.system, self);
                    const Guard above(mutexes[2], self);
                    if (random() % 2 == 0)
                        sched::yield(f.system, self);
                    if (random() % 8 == 0)
                        f.system.pause();
                }
            },
            CpuId{number % 4}));
    for (int round = 0; round < 100'000; ++round) {
        const CpuId cpu{static_cast<std::uint32_t>(random() % 4)};
        if (!f.system.inbox(cpu).empty() && random() % 2 == 0)
            f.system.deliver(cpu, random() % f.system.inbox(cpu).size());
        f.system.step(cpu);
    }
    f.system.run_all();
    for (const auto& each : tasks)
        CHECK(f.pressure(each) == 0);
    for (auto& mutex : mutexes)
        CHECK(mutex.holder() == Pid{});
}
