// SPDX-License-Identifier: MIT
// Parking, unparking and stopping.
#include <doctest/doctest.h>

#include "system.hpp"

using namespace sched_test;
using Pids = std::vector<Pid>;

namespace {

/// A task that notes when it begins and each time that it goes on after a park.
template <class System>
auto parks(System& system, std::string& seen, int times = 1) {
    return [&system, &seen, times](Task& task) {
        seen += 'b';
        for (int i = 0; i < times; ++i) {
            sched::park(system, task);
            seen += 'p';
        }
    };
}

} // namespace

TEST_CASE("sched: INV-SCHED-1: an unpark before the park ends that park, at once and once") {
    System system;
    std::string seen;
    const auto task = system.started({}, [&](Task& self) {
        system.pause();
        sched::park(system, self);
        seen += 'p';
        sched::park(system, self);
        seen += 'q';
    });
    system.step(zero);
    SUBCASE("by its CPU") {
        CHECK(sched::unpark(system, task.pid()));
        CHECK(sched::unpark(system, task.pid())); // one as good as two
    }
    SUBCASE("by others") {
        for (const CpuId cpu : {one, two})
            system.as(cpu, [&] { CHECK(sched::unpark(system, task.pid())); });
        CHECK(system.inbox(zero).empty());
    }
    system.run(zero);
    CHECK(seen == "p");
    CHECK(sched::unpark(system, task.pid()));
    system.run(zero);
    CHECK(seen == "pq");
}

TEST_CASE("sched: INV-SCHED-1: an unpark of a task that has not begun ends its first park") {
    System system;
    std::string seen;
    SUBCASE("which is ready here") {
        const auto task = system.started({}, parks(system, seen));
        CHECK(sched::unpark(system, task.pid()));
    }
    SUBCASE("which is on its way, by who spawned it") {
        const auto task = system.started({.cpu = one}, parks(system, seen));
        CHECK(sched::unpark(system, task.pid()));
    }
    SUBCASE("which is on its way, by its home") {
        const auto task = system.started({.cpu = one}, parks(system, seen));
        system.as(one, [&] { CHECK(sched::unpark(system, task.pid())); });
    }
    SUBCASE("which is on its way, as a request to stop") {
        const auto task = system.started({.cpu = one}, parks(system, seen));
        CHECK(sched::request_stop(system, task.pid()));
    }
    SUBCASE("which has come, by another CPU") {
        const auto task = system.started({.cpu = one}, parks(system, seen));
        system.deliver(one);
        CHECK(sched::unpark(system, task.pid()));
    }
    system.run_all();
    CHECK(seen == "bp");
}

TEST_CASE("sched: INV-SCHED-2: who waits is woken once, whoever unparks it, and how often") {
    System system;
    std::string seen;
    const auto task = system.started({}, parks(system, seen, 2));
    system.run(zero);
    const auto unpark = [&](CpuId cpu) {
        system.as(cpu, [&] { CHECK(sched::unpark(system, task.pid())); });
    };
    SUBCASE("at home: it is ready at once") {
        unpark(zero);
        CHECK(system.ready(zero) == Pids{task.pid()});
        CHECK(system.inbox(zero).empty());
        system.run(zero);
        CHECK(seen == "bp");
        unpark(zero);
    }
    SUBCASE("from elsewhere: one message goes home, and what comes behind it goes with it") {
        for (const CpuId cpu : {one, two, zero, three})
            unpark(cpu);
        REQUIRE(system.inbox(zero).size() == 1);
        CHECK(system.ready(zero).empty());
        system.deliver(zero);
        CHECK(system.ready(zero) == Pids{task.pid()});
        CHECK(system.inbox(zero).empty());
        system.run(zero);
        CHECK(seen == "bp");
        unpark(one);
        system.deliver(zero);
    }
    SUBCASE("and once more while it is ready: that is its next park's") {
        unpark(one);
        system.deliver(zero);
        unpark(two);
        CHECK(system.inbox(zero).empty());
    }
    system.run(zero);
    CHECK(seen == "bpp");
    CHECK(system.free_places(zero) == System<>::Values::sched_tasks - 1); // of the handle
}

TEST_CASE("sched: a request to stop is seen, ends a wait, and is no later task's") {
    System system;
    std::string seen;
    const auto looks = [&](Task& self) {
        while (!self.stop_requested()) {
            seen += 'w';
            sched::park(system, self);
        }
        seen += 's';
    };
    Pid first;
    {
        const auto task = system.started({}, looks);
        first = task.pid();
        SUBCASE("before it begins") {
            CHECK(sched::request_stop(system, first));
            system.run(zero);
            CHECK(seen == "s");
        }
        SUBCASE("while it waits") {
            system.run(zero);
            CHECK(sched::unpark(system, first));
            system.run(zero);
            CHECK(seen == "ww");
            system.as(two, [&] { CHECK(sched::request_stop(system, first)); });
            system.deliver(zero);
            system.run(zero);
            CHECK(seen == "wws");
        }
        CHECK(sched::request_stop(system, first).error() == Error::NoSuchTask);
    }
    const auto next = system.started({}, looks);
    CHECK(next.pid().index == first.index);
    CHECK(sched::request_stop(system, first).error() == Error::NoSuchTask);
    seen.clear();
    system.run(zero);
    CHECK(seen == "w");
    CHECK(sched::request_stop(system, next.pid()));
    system.run(zero);
}

TEST_CASE("sched: test_reject_stale: a name that is no task's, or no more") {
    System system;
    const auto rejected = [&](Pid pid) {
        CHECK(sched::unpark(system, pid).error() == Error::NoSuchTask);
        CHECK(sched::request_stop(system, pid).error() == Error::NoSuchTask);
    };
    rejected({});
    const auto task = system.started({}, [](Task&) {});
    const Pid pid = task.pid();
    rejected({pid.index, pid.generation + 1});
    rejected({pid.index + 1, 1});                        // never used
    rejected({pid.index + 100, pid.generation});         // no such place
    rejected({sched::detail::index_of(CpuId{4}, 0), 1}); // no such CPU
    rejected({sched::detail::index_of(CpuId{0xffff}, 0), 1});
    system.run(zero);
    rejected(pid);
}

TEST_CASE("sched: test_reject_stale: a name that is no more does not move the place's next task") {
    System system;
    Pid old;
    {
        const auto task = system.started({}, [](Task&) {});
        old = task.pid();
        system.run(zero);
        CHECK(sched::migrate(system, old, one).error() == Error::NoSuchTask);
    }
    SUBCASE("which may go there") {
        const auto next = system.started({}, [](Task&) {});
        CHECK(next.pid().index == old.index);
        CHECK(sched::migrate(system, old, one).error() == Error::NoSuchTask);
        system.run(zero);
    }
    SUBCASE("which may not: that is the next one's affair") {
        sched::CpuMask affinity;
        affinity.insert(zero);
        const auto next = system.started({.affinity = affinity}, [](Task&) {});
        CHECK(next.pid().index == old.index);
        CHECK(sched::migrate(system, old, one).error() == Error::NoSuchTask);
        system.run(zero);
    }
    SUBCASE("where none ever was") {
        CHECK(sched::migrate(system, {old.index + 1, 1}, one).error() == Error::NoSuchTask);
    }
    CHECK(system.inbox(one).empty());
    CHECK(system.taken(one) == 0);
}
