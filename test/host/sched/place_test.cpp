// SPDX-License-Identifier: MIT
// Tasks end, and their places are others': ends with and without a handle, generations, and the
// free places themselves.
#include <doctest/doctest.h>
#include <random>
#include <set>

#include "system.hpp"
#include "ticket.hpp"

using namespace sched_test;
using sched::StackSize;

namespace {

constexpr std::size_t all = Numbers::sched_tasks;

} // namespace

TEST_CASE("sched: INV-SCHED-6: a place is free once its task has ended and its handle is gone") {
    System system;
    SUBCASE("the handle goes first") {
        {
            const auto task = system.started({}, [](Task&) {});
            CHECK(system.free_places(zero) == all - 1);
        }
        CHECK(system.free_places(zero) == all - 1);
        CHECK(system.taken(zero) == 1);
        system.run(zero);
    }
    SUBCASE("the task ends first") {
        {
            const auto task = system.started({}, [](Task&) {});
            system.run(zero);
            CHECK(system.taken(zero) == 0); // its slot waits for nobody
            CHECK(system.free_places(zero) == all - 1);
        }
    }
    SUBCASE("the handle goes on another CPU, and the task ends there") {
        {
            const auto task =
                system.started({}, [&](Task& self) { CHECK(sched::migrate(system, self, two)); });
            system.run_all();
            system.play(three);
        }
    }
    SUBCASE("it exits, and what stands on its stack is not destroyed") {
        {
            const auto task = sched::spawn(
                system, {},
                [](Task& self, Ticket) { sched::exit(sched::detail::here<System<>>(), self, 3); },
                Ticket(1));
            system.run(zero);
            CHECK(Ticket::alive() == 1);
            Ticket::forget_all();
        }
    }
    SUBCASE("nobody has a handle at any time") {
        (void)system.started({}, [](Task&) {});
        system.run(zero);
    }
    CHECK(system.is_empty());
}

TEST_CASE("sched: a handle is moved, swapped, and lets go once") {
    System system;
    {
        auto a = system.started({}, [](Task&) {});
        auto b = system.started({}, [](Task&) {});
        const Pid first = a.pid(), second = b.pid();
        a = std::move(b);
        CHECK(a.pid() == second);
        auto c = std::move(a);
        CHECK(c.pid() == second);
        CHECK_FALSE(a.pid().is_valid()); // NOLINT: what a moved-from Handle says is under test
        a = std::move(c);
        CHECK(a.pid() == second);
        system.run(zero);
        CHECK(system.free_places(zero) == all - 2);
        CHECK(first != second);
    }
    CHECK(system.is_empty());
}

TEST_CASE("sched: a place is taken again by a task of the next generation, on the same stack") {
    System system;
    std::optional<Pid> last;
    for (int round = 0; round < 5; ++round) {
        const auto task = system.started({}, [](Task&) {});
        if (last) {
            CHECK(task.pid().index == last->index);
            CHECK(task.pid().generation == last->generation + 1);
        }
        CHECK(task.pid().is_valid());
        last = task.pid();
        system.run(zero);
    }
    CHECK(system.strands.size() == 1); // prepared once, begun each time
    CHECK(system.strands.begin()->second.begun == 5);
}

TEST_CASE("sched: generations go around, and leave out 0") {
    System system;
    // As if the place had had so many tasks.
    auto& word = system.remote<sched::Feature>(zero).tasks[0].slot.word;
    word.begin(0xffff'fffe, zero, normal);
    (void)word.end();
    for (const std::uint32_t generation : {0xffff'ffffU, 1U, 2U}) {
        const auto task = system.started({}, [](Task&) {});
        CHECK(task.pid() == Pid{0, generation});
        CHECK(sched::unpark(system, {0, 0}).error() == Error::NoSuchTask);
        CHECK(sched::unpark(system, {0, 0xffff'fffe}).error() == Error::NoSuchTask);
        CHECK(sched::unpark(system, task.pid()));
        system.run(zero);
    }
}

TEST_CASE("sched: INV-SCHED-6: places that were used come first, the last one before the others") {
    using Tasks = sched::Pool<4, 2>;
    const auto tasks = std::make_unique<Tasks>();
    const auto take = [&](StackSize size = StackSize::Normal) { return tasks->take(size).value(); };
    CHECK(take() == 0);
    CHECK(take() == 1);
    tasks->give_back(0);
    tasks->give_back(1);
    CHECK(take() == 1);
    CHECK(take() == 0);
    CHECK(take() == 2);
    CHECK(take() == 3);
    CHECK_FALSE(tasks->take(StackSize::Normal));
    CHECK(take(StackSize::Large) == 4);
    CHECK(take(StackSize::Large) == 5);
    CHECK_FALSE(tasks->take(StackSize::Large));
    tasks->give_back(4);
    CHECK_FALSE(tasks->take(StackSize::Normal)); // each size by itself
    CHECK(take(StackSize::Large) == 4);
    CHECK_FALSE(sched::Pool<1, 0>().take(StackSize::Large));
}

TEST_CASE("sched: INV-SCHED-6: in any order of taking and giving back, each is one's alone") {
    using Tasks = sched::Pool<8, 3>;
    const auto tasks = std::make_unique<Tasks>();
    std::mt19937 random{7};
    std::set<std::uint32_t> out[2];
    for (int step = 0; step < 20'000; ++step) {
        const std::uint32_t which = random() % 2;
        auto& mine = out[which];
        if (random() % 2 == 0) {
            const auto place = tasks->take(which == 0 ? StackSize::Normal : StackSize::Large);
            REQUIRE(place.has_value() == (mine.size() < (which == 0 ? 8U : 3U)));
            if (place) {
                REQUIRE((*place < 8) == (which == 0));
                REQUIRE(*place < Tasks::size);
                REQUIRE(mine.insert(*place).second);
            }
        } else if (!mine.empty()) {
            const auto some = std::next(mine.begin(), static_cast<long>(random() % mine.size()));
            tasks->give_back(*some);
            mine.erase(some);
        }
    }
}
