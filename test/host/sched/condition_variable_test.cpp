// SPDX-License-Identifier: MIT
// ConditionVariable: as that of std, in order, with time-outs.
#include <doctest/doctest.h>

#include "mutex_fixture.hpp"

using namespace sched_test;
using Fixture = MutexFixture;

TEST_CASE("sched: INV-SCHED-9: a notify ends the wait of the first; notify_all that of each") {
    Fixture f;
    const auto start_waiter = [&](char name, CpuId cpu = zero) {
        f.start(
            [&, name](Task& self) {
                const Guard guard(f.mutex, self);
                f.changed.wait(self, f.mutex);
                CHECK(f.mutex.holder() == self.pid());
                f.seen += name;
            },
            cpu);
        f.system.run_all();
    };
    f.changed.notify_one(); // to nobody: it is no later one's
    f.changed.notify_all();
    start_waiter('a');
    start_waiter('b', one);
    start_waiter('c');
    CHECK(f.seen.empty());
    CHECK_FALSE(f.mutex.holder().is_valid());
    SUBCASE("one by one") {
        for (const char* now : {"a", "ab", "abc"}) {
            f.changed.notify_one();
            f.system.run_all();
            CHECK(f.seen == now);
        }
    }
    SUBCASE("all, also from a handler") {
        const core::IrqOff masked;
        core::IrqContext irq = core::ContextMaker::handler();
        f.changed.notify_all();
    }
    SUBCASE("all, while the mutex is held") {
        f.start_holder('h');
        f.changed.notify_all();
        f.system.run_all();
        CHECK(f.seen.empty());
        f.unpark(3);
        CHECK(f.seen.starts_with('h'));
    }
    SUBCASE("not by an unpark alone") {
        for (std::size_t task = 0; task < 3; ++task)
            f.unpark(task);
        CHECK(f.seen.empty());
        f.changed.notify_all();
    }
    f.system.run_all();
    std::ranges::sort(f.seen);
    CHECK(f.seen.starts_with("abc"));
}

TEST_CASE("sched: INV-SCHED-9: between the unlock and the wait no notify is lost") {
    Fixture f;
    f.start_holder('h');
    f.start([&](Task& self) { // is handed the mutex by the unlock inside wait
        const Guard guard(f.mutex, self);
        f.changed.notify_one();
        f.seen += 'n';
    });
    f.system.run_all();
    f.tasks.erase(f.tasks.begin());
    f.start([&](Task& self) {
        const Guard guard(f.mutex, self);
        f.changed.wait(self, f.mutex);
        f.seen += 'w';
    });
    f.system.run_all();
    CHECK(f.seen.empty());
    CHECK(sched::unpark(f.system, f.mutex.holder()));
    f.system.run_all(); // the notifier comes first; then the waiter waits
    f.changed.notify_one();
    f.system.run_all();
    CHECK(f.seen == "hnw");
}

TEST_CASE("sched: INV-SCHED-7: a wait for a notify ends by time, and holds the mutex then") {
    Fixture f;
    bool so = false;
    std::vector<bool> said;
    SUBCASE("without a condition") {
        f.start([&](Task& self) {
            const Guard guard(f.mutex, self);
            for (const auto limit : {10ms, 20ms, 5ms}) {
                said.push_back(f.changed.wait_until(self, f.mutex, at(limit)));
                CHECK(f.mutex.holder() == self.pid());
            }
        });
        f.system.run_all();
        f.changed.notify_one();
        f.system.run_all();
        f.system.go_on_to(at(20ms));
        f.system.run_all();
        CHECK(said == std::vector{true, false, false});
        f.changed.notify_one(); // nobody is left in its queue
    }
    SUBCASE("with one") {
        f.start([&](Task& self) {
            const Guard guard(f.mutex, self);
            said.push_back(f.changed.wait_until(self, f.mutex, at(10ms), [&] { return so; }));
            said.push_back(f.changed.wait_until(self, f.mutex, at(20ms), [&] { return so; }));
            said.push_back(f.changed.wait_until(self, f.mutex, at(1ms), [&] { return so; }));
        });
        f.system.run_all();
        f.changed.notify_one(); // not so yet
        f.system.run_all();
        CHECK(said.empty());
        f.system.go_on_to(at(10ms));
        f.system.run_all();
        CHECK(said == std::vector{false});
        so = true;
        f.changed.notify_one();
        f.system.run_all();
        CHECK(said == std::vector{false, true, true});
    }
    CHECK_FALSE(f.mutex.holder().is_valid());
}
