// SPDX-License-Identifier: MIT
// Tasks move: from each state, with their slots.
#include <doctest/doctest.h>

#include "system.hpp"

using namespace sched_test;
using Pids = std::vector<Pid>;

namespace {

/// How many slots of class Normal each CPU has out: "1100".
template <class System>
std::string slots(System& system) {
    std::string text;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        text += std::to_string(system.taken(CpuId{cpu}));
    return text;
}

struct Fixture {
    System<> system;
    std::string seen; ///< where the task was, at each step

    void note() { seen += std::to_string(system.this_cpu().value); }
    auto started(auto function) {
        return system.started({}, [this, function](Task& self) {
            note();
            function(self);
            note();
        });
    }
    auto migrate(const auto& task, CpuId cpu) { return sched::migrate(system, task.pid(), cpu); }
    void ends(const std::string& expected) {
        system.run_all();
        CHECK(seen == expected);
        CHECK(slots(system) == "0000");
    }
};

} // namespace

TEST_CASE("sched: INV-SCHED-3: a task that is ready moves as soon as its CPU attends to it") {
    Fixture f;
    const auto task = f.started([](Task&) {});
    CHECK(slots(f.system) == "1000");
    SUBCASE("at once, by its own CPU") {
        CHECK(f.migrate(task, two));
    }
    SUBCASE("by another, which sends a message") {
        f.system.as(three, [&] { CHECK(f.migrate(task, two)); });
        CHECK(slots(f.system) == "1010"); // both, until it has moved
        CHECK(f.system.ready(zero) == Pids{task.pid()});
        REQUIRE(f.system.inbox(zero).size() == 1);
        CHECK(f.system.inbox(zero)[0].kind == System<>::Kind::Attend);
        f.system.deliver(zero);
    }
    SUBCASE("when it would run, if that is before the message") {
        f.system.as(three, [&] { CHECK(f.migrate(task, two)); });
        f.system.run(zero);
        CHECK(f.system.inbox(zero).size() == 1);
        CHECK(slots(f.system) == "0010");
        f.system.deliver(zero); // it has gone
    }
    CHECK(slots(f.system) == "0010");
    CHECK(f.system.ready(zero).empty());
    REQUIRE(f.system.inbox(two).size() == 1);
    CHECK(f.system.inbox(two)[0].kind == System<>::Kind::Migrate);
    f.system.deliver(two);
    CHECK(f.system.ready(two) == Pids{task.pid()});
    f.ends("22");
}

TEST_CASE("sched: test_reject: who refuses a message that asks for attention can be asked again") {
    Fixture f;
    const auto task = f.started([](Task&) {});
    f.system.refuses = zero;
    f.system.as(three, [&] { CHECK(f.migrate(task, two)); });
    CHECK(f.system.inbox(zero).empty());
    f.system.refuses.reset();
    f.system.as(three, [&] { sched::detail::have_attended(f.system, task.pid()); });
    REQUIRE(f.system.inbox(zero).size() == 1);
    f.system.deliver(zero);
    f.system.deliver(two);
    f.ends("22");
}

TEST_CASE("sched: one message has a task attended to, whoever asks until it comes") {
    Fixture f;
    const auto task = f.started([&](Task& self) { sched::park(f.system, self); });
    const auto ask = [&](CpuId from, CpuId goal) {
        f.system.as(from, [&] { CHECK(f.migrate(task, goal)); });
    };
    ask(three, two);
    f.system.run(zero); // it has gone to CPU 2, and comes back
    f.system.deliver(two);
    ask(two, zero); // CPU 2 itself: without a message
    CHECK(f.system.inbox(two).empty());
    f.system.deliver(zero, 1); // the task, before the message
    ask(one, three);
    REQUIRE(f.system.inbox(zero).size() == 1); // the first one does for this, too
    f.system.deliver(zero);
    CHECK(slots(f.system) == "0001");
    CHECK(f.system.inbox(three).size() == 1);
    f.system.run_all();
    CHECK(f.seen == "3");
    ask(one, two); // it is parked
    CHECK(f.system.inbox(three).size() == 1);
    f.system.deliver(three);
    CHECK(slots(f.system) == "0011");
    CHECK(sched::unpark(f.system, task.pid()));
    f.ends("32");
}

TEST_CASE("sched: who is asked to attend to a task finds another, or none, in its place") {
    Fixture f;
    {
        const auto task = f.started([](Task&) {});
        f.system.as(three, [&] { CHECK(f.migrate(task, two)); });
        f.system.run(zero);
        f.system.deliver(two);
        f.system.run(two);
    }
    f.system.deliver(zero); // it has ended elsewhere
    {
        const auto task = f.started([](Task&) {});
        f.system.as(three, [&] { CHECK(f.migrate(task, zero)); });
        f.system.run(zero);
    }
    const auto next = f.started([](Task&) {});
    f.system.deliver(zero);
    CHECK(f.system.ready(zero) == Pids{next.pid()});
    f.ends("220000");
}

TEST_CASE("sched: a task that runs moves when it next gives way") {
    Fixture f;
    SUBCASE("as it yields") {
        const auto task = f.started([&](Task& self) {
            f.system.pause();
            sched::yield(f.system, self);
        });
        f.system.step(zero);
        f.system.as(one, [&] { CHECK(f.migrate(task, one)); });
        CHECK(slots(f.system) == "1100");
        f.system.run(zero);
        CHECK(slots(f.system) == "0100");
        f.ends("01");
    }
    SUBCASE("as it yields, sent off by who runs next") {
        const auto task = f.started([&](Task& self) {
            f.system.pause();
            sched::yield(f.system, self);
        });
        f.system.step(zero);
        const auto other = f.system.started({}, [&](Task&) {
            CHECK(f.system.inbox(one).size() == 1);
            f.seen += 'o';
        });
        f.system.as(two, [&] { CHECK(f.migrate(other, zero)); }); // so that it comes behind
        CHECK(f.migrate(task, one));
        f.system.run(zero);
        f.ends("0o1");
    }
    SUBCASE("as it waits: then when it is woken") {
        const auto task = f.started([&](Task& self) {
            f.system.pause();
            sched::park(f.system, self);
        });
        f.system.step(zero);
        CHECK(f.migrate(task, one));
        f.system.run(zero);
        CHECK(slots(f.system) == "1100");
        CHECK(f.system.inbox(one).empty());
        CHECK(sched::unpark(f.system, task.pid()));
        f.ends("01");
    }
    SUBCASE("not at all, if it ends before: both slots go back") {
        const auto task = f.started([&](Task&) { f.system.pause(); });
        f.system.step(zero);
        CHECK(f.migrate(task, one));
        CHECK(slots(f.system) == "1100");
        f.ends("00");
        CHECK(f.migrate(task, two).error() == Error::NoSuchTask);
        const auto next = f.started([](Task&) {}); // in the same place: nothing is left of the wish
        f.ends("0000");
    }
}

TEST_CASE("sched: INV-SCHED-3: a task that waits keeps its home until it is woken") {
    Fixture f;
    const auto task = f.started([&](Task& self) { sched::park(f.system, self); });
    f.system.run(zero);
    CHECK(f.migrate(task, two));
    CHECK(slots(f.system) == "1010");
    f.system.run_all();
    CHECK(f.seen == "0");
    SUBCASE("at home") {
        CHECK(sched::unpark(f.system, task.pid()));
    }
    SUBCASE("from elsewhere: by way of its home") {
        f.system.as(two, [&] { CHECK(sched::unpark(f.system, task.pid())); });
        CHECK(f.system.inbox(two).empty());
        REQUIRE(f.system.inbox(zero).size() == 1);
        f.system.deliver(zero);
    }
    f.system.run(zero);
    CHECK(slots(f.system) == "0010");
    CHECK(f.system.inbox(two).size() == 1);
    f.ends("02");
}

TEST_CASE("sched: INV-SCHED-1: an unpark goes with the task that moves") {
    Fixture f;
    const auto task = f.started([&](Task& self) {
        f.system.pause();
        sched::yield(f.system, self);
        f.note();
        sched::park(f.system, self);
    });
    f.system.step(zero);
    SUBCASE("it came before the wish") {
        CHECK(sched::unpark(f.system, task.pid()));
        CHECK(f.migrate(task, three));
        f.system.run(zero);
    }
    SUBCASE("it came after the wish") {
        CHECK(f.migrate(task, three));
        f.system.as(two, [&] { CHECK(sched::unpark(f.system, task.pid())); });
        f.system.run(zero);
    }
    SUBCASE("it comes while the task is on its way") {
        CHECK(f.migrate(task, three));
        f.system.run(zero);
        CHECK(sched::unpark(f.system, task.pid())); // its old home knows that it is not there
        CHECK(f.system.ready(zero).empty());
    }
    SUBCASE("the same, by the new home") {
        CHECK(f.migrate(task, three));
        f.system.run(zero);
        f.system.as(three, [&] { CHECK(sched::unpark(f.system, task.pid())); });
        CHECK(f.system.ready(three).empty());
    }
    CHECK(f.system.inbox(three).size() == 1);
    f.ends("033");
}

TEST_CASE("sched: a task moves itself, and goes on there") {
    Fixture f;
    const auto task = f.started([&](Task& self) {
        CHECK(sched::migrate(f.system, self, two));
        f.note();
        CHECK(slots(f.system) == "0010");
        CHECK(sched::migrate(f.system, self, two)); // where it is
        f.note();
        CHECK(slots(f.system) == "0010");
        CHECK(sched::migrate(f.system, self, zero));
    });
    f.ends("0220");
}

TEST_CASE("sched: INV-SCHED-4: test_reject_busy: one wish at a time, until it has come true") {
    Fixture f;
    const auto task = f.started([&](Task& self) {
        f.system.pause();
        CHECK(sched::migrate(f.system, self, three).error() == Error::Busy);
        sched::yield(f.system, self);
    });
    f.system.step(zero);
    CHECK(f.migrate(task, one));
    CHECK(f.migrate(task, two).error() == Error::Busy);
    CHECK(f.migrate(task, one).error() == Error::Busy);
    f.system.as(two, [&] { CHECK(f.migrate(task, zero).error() == Error::Busy); });
    CHECK(slots(f.system) == "1100");
    f.system.run(zero);
    CHECK(f.migrate(task, two)); // on its way, it may get another
    CHECK(slots(f.system) == "0110");
    CHECK(f.migrate(task, three).error() == Error::Busy);
    f.system.deliver(one);
    f.system.run(one);
    CHECK(slots(f.system) == "0010");
    f.ends("02");
}

TEST_CASE("sched: a task moves before it has come where it is to begin") {
    Fixture f;
    const auto task = f.system.started({.cpu = one}, [&](Task&) { f.note(); });
    CHECK(f.migrate(task, three));
    CHECK(slots(f.system) == "0101");
    f.system.deliver(one);
    f.system.run(one);
    CHECK(slots(f.system) == "0001");
    f.ends("3");
}

TEST_CASE("sched: test_reject_migrate: no such CPU, closed, full, or not of its affinity") {
    System<Full<2>> system(3, two);
    sched::CpuMask affinity = sched::CpuMask::first(3);
    affinity.insert(three);
    const auto parks = [&](Task& self) { sched::park(system, self); };
    const auto task = system.started({.affinity = affinity}, parks);
    const auto migrate = [&](CpuId cpu) { return sched::migrate(system, task.pid(), cpu).error(); };
    CHECK(migrate(three) == Error::InvalidCpu);
    CHECK(migrate(CpuId{0xffff'ffff}) == Error::InvalidCpu);
    CHECK(migrate(two) == Error::InvalidCpu);
    const auto a = system.started({.cpu = one}, parks);
    const auto b = system.started({.cpu = one}, parks);
    CHECK(migrate(one) == Error::QueueFull);
    CHECK(slots(system) == "120");
    system.run_all();
    CHECK(sched::unpark(system, a.pid()));
    system.run_all();
    CHECK(slots(system) == "110");
    CHECK(sched::migrate(system, task.pid(), one)); // there is room now
    affinity = {};
    affinity.insert(one);
    const auto stays =
        system.started({.cpu = one, .affinity = affinity, .qos = core::QosClass::Idle}, parks);
    CHECK(sched::migrate(system, stays.pid(), zero).error() == Error::NotAllowed);
    CHECK(slots(system) == "120");
    for (const auto& each : {std::ref(task), std::ref(b), std::ref(stays)})
        CHECK(sched::unpark(system, each.get().pid()));
    system.run_all();
    CHECK(slots(system) == "000");
}
