// SPDX-License-Identifier: MIT
// Latch and Barrier: as those of std, with time-outs.
#include <neuron/sched/barrier.hpp>
#include <neuron/sched/latch.hpp>

#include <doctest/doctest.h>

#include "../dies.hpp"
#include "system.hpp"

using namespace sched_test;
using host_test::last_words;
using Latch = sched::Latch<System<>>;
using Barrier = sched::Barrier<System<>>;

namespace {

void start_all(System<>& system, int count, auto function) {
    for (int i = 0; i < count; ++i)
        (void)system.started({.cpu = CpuId{static_cast<std::uint32_t>(i) % 3}}, function);
}

} // namespace

TEST_CASE(
    "sched: INV-SCHED-11: a latch lets all through once it is counted down, and from then on") {
    System system;
    Latch latch(4);
    int through = 0;
    const auto waits = [&](Task& self) {
        latch.wait(self);
        ++through;
    };
    start_all(system, 5, waits);
    system.run_all();
    latch.count_down();
    latch.count_down(2);
    CHECK_FALSE(latch.try_wait());
    system.run_all();
    CHECK(through == 0);
    SUBCASE("by a handler") {
        const core::IrqOff masked;
        core::IrqContext irq = core::ContextMaker::handler();
        latch.count_down();
    }
    SUBCASE("by who waits itself") {
        (void)system.started({}, [&](Task& self) {
            latch.arrive_and_wait(self); // does not wait
            CHECK(through == 0);
        });
        system.step(zero);
    }
    CHECK(latch.try_wait());
    system.run_all();
    CHECK(through == 5);
    start_all(system, 2, waits);
    latch.count_down(0);
    system.run_all();
    CHECK(through == 7);
    CHECK(system.is_empty());
    CHECK(Latch(0).try_wait());
}

TEST_CASE("sched: INV-SCHED-7: a wait for a latch ends by time, or as it opens") {
    System system;
    Latch latch(1);
    std::string seen;
    for (const auto& [name, limit] :
         {std::pair('a', 0ms), std::pair('b', 10ms), std::pair('c', 20ms)})
        (void)system.started({}, [&, name, limit](Task& self) {
            seen += latch.wait_until(self, at(limit)) ? name : char(name - 'a' + 'A');
        });
    system.run_all();
    CHECK(seen == "A");
    system.go_on_to(at(10ms));
    system.run_all();
    CHECK(seen == "AB");
    latch.count_down();
    system.go_on_to(at(1s)); // it was granted before that
    system.run_all();
    CHECK(seen == "ABc");
    (void)system.started({}, [&](Task& self) { CHECK(latch.wait_until(self, at(0s))); });
    system.run_all();
}

TEST_CASE("sched: test_reject_latch: counted down below 0 ends the image") {
    System system;
    Latch latch(2);
    static constexpr auto below = ": Latch: counted down below 0\n";
    CHECK(last_words([&] { latch.count_down(3); }).ends_with(below));
    latch.count_down(2);
    CHECK(last_words([&] { latch.count_down(); }).ends_with(below));
}

TEST_CASE("sched: INV-SCHED-12: a barrier opens when all have arrived, again and again") {
    System system;
    Barrier barrier(5);
    int arrived = 0, wrong = 0;
    start_all(system, 5, [&](Task& self) {
        for (int round = 1; round <= 20; ++round) {
            ++arrived;
            barrier.arrive_and_wait(self);
            wrong += arrived < round * 5 || arrived > (round + 1) * 5 ? 1 : 0;
        }
    });
    system.run_all();
    CHECK(arrived == 100);
    CHECK(wrong == 0);
    CHECK(system.is_empty());
}

TEST_CASE("sched: INV-SCHED-12: whoever waits for a phase waits for no other") {
    System system;
    Barrier barrier(2);
    std::string seen;
    const auto first = barrier.arrive(); // by no task
    (void)system.started({}, [&](Task& self) {
        barrier.wait(self, first);
        seen += 'a';
    });
    system.run_all();
    CHECK(seen.empty());
    {
        const core::IrqOff masked;
        core::IrqContext irq = core::ContextMaker::handler();
        CHECK(barrier.arrive() == first);
    }
    const auto second = barrier.arrive(); // before the first has seen it
    CHECK_FALSE(second == first);
    system.run_all();
    CHECK(seen == "a");
    (void)system.started({}, [&](Task& self) {
        barrier.wait(self, first); // complete: at once
        seen += 'b';
        CHECK_FALSE(barrier.wait_until(self, second, at(10ms)));
        seen += 'c';
        barrier.wait(self, second);
        seen += 'd';
    });
    system.run_all();
    CHECK(seen == "ab");
    system.go_on_to(at(10ms));
    system.run_all();
    CHECK(seen == "abc");
    (void)barrier.arrive(); // who gave up has arrived all the same
    system.run_all();
    CHECK(seen == "abcd");
    CHECK(system.is_empty());
}

TEST_CASE("sched: a barrier of one never waits; test_reject_barrier: one of none ends the image") {
    System system;
    Barrier barrier(1);
    int rounds = 0;
    (void)system.started({}, [&](Task& self) {
        for (; rounds < 3; ++rounds)
            barrier.arrive_and_wait(self);
    });
    system.step(zero);
    CHECK(rounds == 3);
    CHECK(last_words([] { Barrier(0); }).ends_with(": Barrier: 1 at least\n"));
}
