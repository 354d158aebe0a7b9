// SPDX-License-Identifier: MIT
// Waiting for the end of a task.
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "system.hpp"

using namespace sched_test;
using Handle = sched::Handle<System<>>;
using Value = core::Result<int, Error>;

namespace {

/// A task that waits for an unpark, and ends with 5.
auto waits(System<>& system) {
    return [&system](Task& self) {
        sched::park(system, self);
        return 5;
    };
}

} // namespace

TEST_CASE("sched: join answers with what the task ended with, before its end or after, once") {
    System system;
    std::vector<Value> values;
    auto task = system.started({}, waits(system));
    const Pid pid = task.pid();
    system.run(zero);
    const auto joins = [&](Task& self) {
        values.push_back(sched::join(system, self, task));
        CHECK_FALSE(task.pid().is_valid());
        CHECK(system.free_places(zero) == Numbers::sched_tasks - 1); // its own
        values.push_back(sched::join(system, self, task));
    };
    SUBCASE("before") {
        auto joiner = system.started({}, joins);
        system.run(zero);
        CHECK(values.empty());
        for (int i = 0; i < 3; ++i) { // it is woken in vain
            CHECK(sched::unpark(system, joiner.pid()));
            system.run(zero);
        }
        CHECK(values.empty());
        CHECK(sched::unpark(system, pid));
        system.run(zero);
        // Both places: the joiner's handle is still there.
        CHECK(system.free_places(zero) == Numbers::sched_tasks - 1);
    }
    SUBCASE("after") {
        CHECK(sched::unpark(system, pid));
        system.run(zero);
        (void)system.started({}, joins);
        system.run(zero);
    }
    SUBCASE("before, by a task of another CPU") {
        (void)system.started({.cpu = one}, [&](Task& self) {
            values.push_back(sched::join(system, self, task));
            values.push_back(sched::join(system, self, task));
        });
        system.run_all();
        CHECK(values.empty());
        CHECK(sched::unpark(system, pid));
        system.run(zero);
        CHECK(system.inbox(one).size() == 1);
        system.run_all();
    }
    REQUIRE(values.size() == 2);
    CHECK(values[0] == 5);
    CHECK(values[1].error() == Error::NoSuchTask);
}

TEST_CASE("sched: what a task ends with: its function's value, exit's, or 0") {
    System system;
    std::vector<int> values;
    (void)system.started({}, [&](Task& self) {
        auto a = system.started({.cpu = two}, [](Task&) { return -7; });
        auto b = system.started({}, [&](Task& task) { sched::exit(system, task, 9); });
        auto c = system.started({.stack = sched::StackSize::Large}, [](Task&) {});
        auto d = system.started({}, [](Task&) { return true; });
        for (Handle* task : {&a, &b, &c, &d})
            values.push_back(sched::join(system, self, *task).value());
    });
    system.run_all();
    CHECK(values == std::vector{-7, 9, 0, 1});
    CHECK(system.is_empty());
}

TEST_CASE("sched: test_reject_join_itself: a task can't wait for its own end") {
    System system;
    std::optional<Handle> own;
    own.emplace(system.started({}, [&](Task& self) {
        CHECK(sched::join(system, self, *own).error() == Error::JoinsItself);
        CHECK(sched::join(system, self, *own, at(1s)).error() == Error::JoinsItself);
        CHECK(own->pid() == self.pid());
    }));
    system.run(zero);
    own.reset();
    CHECK(system.is_empty());
}

TEST_CASE("sched: test_reject_no_such_task: a handle that is nobody's") {
    System system;
    auto task = system.started({}, [](Task&) {});
    auto moved = std::move(task);
    (void)system.started({}, [&](Task& self) {
        CHECK(sched::join(system, self, task).error() == Error::NoSuchTask); // NOLINT: moved from
        CHECK(sched::join(system, self, moved, at(1s)) == 0);
        CHECK(sched::join(system, self, moved).error() == Error::NoSuchTask);
    });
    system.run(zero);
    CHECK(system.is_empty());
}

TEST_CASE("sched: test_reject_timed_out: the handle is as it was, and joins again") {
    System system;
    std::vector<Value> values;
    auto task = system.started({}, waits(system));
    const Pid pid = task.pid();
    const auto joins = [&](core::Nanoseconds limit) {
        return [&, limit](Task& self) {
            values.push_back(sched::join(system, self, task, at(limit)));
        };
    };
    const auto joiner = system.started({}, joins(10ms));
    system.run(zero);
    system.go_on_to(at(9ms));
    system.run(zero);
    CHECK(values.empty());
    SUBCASE("it ends in time") {
        CHECK(sched::unpark(system, pid));
        system.run(zero);
        REQUIRE(values.size() == 1);
        CHECK(values[0] == 5);
    }
    SUBCASE("it ends in time, though the joiner looks too late") {
        CHECK(sched::unpark(system, pid));
        system.go_on_to(at(20ms)); // it has run out as well when the joiner runs
        system.run(zero);
        REQUIRE(values.size() == 1);
        // The task ended after the time; either answer is one, and the handle says which.
        CHECK((values[0] == 5) == !task.pid().is_valid());
        if (!values[0]) {
            (void)system.started({}, joins(30ms));
            system.run(zero);
        }
    }
    SUBCASE("it does not: another joins, and then none waits in vain") {
        system.go_on_to(at(10ms));
        system.run(zero);
        REQUIRE(values.size() == 1);
        CHECK(values[0].error() == Error::TimedOut);
        CHECK(task.pid() == pid);
        (void)system.started({}, joins(9ms)); // has passed: at once
        system.run(zero);
        REQUIRE(values.size() == 2);
        CHECK(values[1].error() == Error::TimedOut);
        (void)system.started({.cpu = two}, joins(1s));
        system.run_all();
        CHECK(values.size() == 2);
        CHECK(sched::unpark(system, pid));
        system.run_all();
        REQUIRE(values.size() == 3);
        CHECK(values[2] == 5);
    }
    SUBCASE("it ends after that: nobody is woken, and whoever joins has its value") {
        system.go_on_to(at(10ms));
        system.run(zero);
        CHECK(sched::unpark(system, pid));
        system.run(zero);
        CHECK(sched::unpark(system, joiner.pid()).error() == Error::NoSuchTask);
        (void)system.started({}, joins(1s));
        system.run(zero);
        REQUIRE(values.size() == 2);
        CHECK(values[1] == 5);
    }
    CHECK_FALSE(task.pid().is_valid());
}

TEST_CASE("sched: a handle goes to another task, which joins") {
    System system;
    static std::optional<Value> value;
    value.reset();
    const auto joiner = sched::spawn(
        system, {.cpu = three},
        [](Task& self, Handle handle) {
            value = sched::join(sched::detail::here<System<>>(), self, handle);
        },
        system.started({.cpu = one}, [](Task&) { return 4; }));
    REQUIRE(joiner);
    system.run_all();
    REQUIRE(value);
    CHECK(*value == 4);
}

TEST_CASE("sched: test_reject_block: join inside a handler ends the image") {
    System system;
    auto task = system.started({}, [](Task&) {});
    std::string said;
    (void)system.started({}, [&](Task& self) {
        said = host_test::last_words([&] {
            const core::IrqOff masked;
            core::IrqContext irq = core::ContextMaker::handler();
            (void)sched::join(system, self, task); // though it has ended
        });
    });
    system.run(zero);
    CHECK(said.ends_with(": a blocking call inside a handler\n"));
}
