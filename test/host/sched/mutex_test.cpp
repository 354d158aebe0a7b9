// SPDX-License-Identifier: MIT
// Mutex: as those of std, in order, with time-outs.
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "mutex_fixture.hpp"

using namespace sched_test;
using host_test::last_words;
using Fixture = MutexFixture;

TEST_CASE("sched: INV-SCHED-8: one task holds a mutex; whoever waits longest is handed it") {
    Fixture f;
    f.start_holder('a');
    CHECK(f.mutex.holder() == f.tasks[0].pid());
    f.start_taker('b');
    f.start_taker('c', two);
    f.start_taker('d');
    CHECK(f.seen.empty());
    SUBCASE("in order") {
        f.unpark(0);
        CHECK(f.seen == "abcd");
    }
    SUBCASE("also if one that waits is woken for another reason") {
        f.unpark(1);
        f.unpark(2);
        CHECK(f.seen.empty());
        f.unpark(0);
        CHECK(f.seen == "abcd");
    }
    SUBCASE("nobody overtakes: it is held from the unlock on") {
        CHECK(sched::unpark(f.system, f.tasks[0].pid()));
        bool got = true;
        f.start([&](Task& self) { got = f.mutex.try_lock(self); });
        f.system.step(zero); // the holder unlocks, then the last one looks
        CHECK_FALSE(got);
        f.system.run_all();
        CHECK(f.seen == "abcd");
    }
    CHECK_FALSE(f.mutex.holder().is_valid());
}

TEST_CASE("sched: try_lock waits for nobody") {
    Fixture f;
    f.start([&](Task& self) {
        CHECK(f.mutex.try_lock(self));
        CHECK_FALSE(f.mutex.try_lock(self)); // its own, too
        f.system.pause();
        f.mutex.unlock(self);
        CHECK(f.mutex.try_lock(self));
        f.mutex.unlock(self);
    });
    f.system.step(zero);
    f.start([&](Task& self) { CHECK_FALSE(f.mutex.try_lock(self)); }, one);
    f.system.deliver(one);
    f.system.run(one);
    f.system.run(zero);
}

TEST_CASE("sched: INV-SCHED-7: a wait for a mutex ends by time, or with the mutex") {
    Fixture f;
    std::vector<std::pair<char, bool>> got;
    const auto start_timed = [&](char name, core::Nanoseconds limit) {
        f.start([&, name, limit](Task& self) {
            const bool mine = f.mutex.try_lock_until(self, at(limit));
            got.emplace_back(name, mine);
            if (mine)
                f.mutex.unlock(self);
        });
        f.system.run_all();
    };
    using Got = decltype(got);
    start_timed('z', -1s); // it is free: no time is needed
    CHECK(got == Got{{'z', true}});
    got.clear();
    f.tasks.clear();
    f.start_holder('a');
    start_timed('y', 0s); // at once
    CHECK(got == Got{{'y', false}});
    got.clear();
    start_timed('b', 10ms);
    start_timed('c', 20ms);
    start_timed('d', 30ms);
    f.system.go_on_to(at(9ms));
    f.system.run_all();
    CHECK(got.empty());
    SUBCASE("the first gives up, the next has it") {
        f.system.go_on_to(at(10ms));
        f.system.run_all();
        CHECK(got == Got{{'b', false}});
        f.unpark(0);
        CHECK(got == Got{{'b', false}, {'c', true}, {'d', true}});
    }
    SUBCASE("one in the middle gives up") {
        f.start_taker('e');
        f.system.go_on_to(at(30ms));
        f.system.run_all();
        CHECK(got.size() == 3);
        f.unpark(0);
        CHECK(f.seen == "ae");
    }
    SUBCASE("all give up: then the mutex is as if nobody had waited") {
        f.system.go_on_to(at(1s));
        f.system.run_all();
        CHECK(got == Got{{'b', false}, {'c', false}, {'d', false}});
        f.unpark(0);
        f.start_taker('f');
        CHECK(f.seen == "af");
    }
    SUBCASE("handed over in time, though it looks too late") {
        CHECK(sched::unpark(f.system, f.tasks[0].pid()));
        f.start([&](Task&) { f.system.go_on_to(at(1s)); }); // runs before those that were woken
        f.system.run_all();
        CHECK(got.front() == std::pair('b', true));
        CHECK(f.seen == "a");
    }
    CHECK_FALSE(f.mutex.holder().is_valid());
}

TEST_CASE("sched: test_reject_mutex: whoever does not hold it, or does already, ends the image") {
    Fixture f;
    std::string said[6];
    f.start([&](Task& self) {
        said[0] = last_words([&] { f.mutex.unlock(self); }); // nobody does
        f.mutex.lock(self);
        said[1] = last_words([&] { f.mutex.lock(self); });
        said[2] = last_words([&] { (void)f.mutex.try_lock_until(self, at(1s)); });
        sched::park(f.system, self);
        f.mutex.unlock(self);
        said[3] = last_words([&] { f.mutex.unlock(self); });
    });
    f.system.run(zero);
    f.start([&](Task& self) {
        said[4] = last_words([&] { f.mutex.unlock(self); });
        said[5] = last_words([&] { f.changed.wait(self, f.mutex); });
    });
    f.system.run(zero);
    f.unpark(0);
    for (const int stranger : {0, 3, 4, 5})
        CHECK(said[stranger].ends_with(": a mutex is unlocked by a task that does not hold it\n"));
    for (const int twice : {1, 2})
        CHECK(said[twice].ends_with(": a mutex is locked by the task that holds it\n"));
}
