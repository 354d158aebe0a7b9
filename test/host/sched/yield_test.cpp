// SPDX-License-Identifier: MIT
// Yielding, full classes, and blocking calls where they may not be.
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "system.hpp"

using namespace sched_test;
using host_test::last_words;
using Pids = std::vector<Pid>;

TEST_CASE("sched: yield runs those that are ready, each once and in order") {
    System system;
    std::string seen;
    const auto turns = [&](char name) {
        return [&seen, &system, name](Task& self) {
            for (int i = 0; i < 3; ++i) {
                seen += name;
                sched::yield(system, self);
            }
        };
    };
    const auto a = system.started({}, turns('a'));
    SUBCASE("alone") {
        system.run(zero);
        CHECK(seen == "aaa");
        CHECK(system.began_to_wait == 0);
    }
    SUBCASE("three") {
        const auto b = system.started({}, turns('b'));
        const auto c = system.started({}, turns('c'));
        CHECK(system.ready(zero) == Pids{a.pid(), b.pid(), c.pid()});
        system.run(zero);
        CHECK(seen == "abcabcabc");
    }
}

TEST_CASE("sched: others are told when a task has somebody wait behind it") {
    System system;
    const auto a = system.started({}, [&](Task&) { system.pause(); });
    CHECK(system.began_to_wait == 0); // the CPU is idle
    system.step(zero);
    CHECK(system.began_to_wait == 0); // alone
    const auto b = system.started({}, [](Task&) {});
    CHECK(system.began_to_wait == 1);
    const auto c = system.started({}, [](Task&) {});
    CHECK(system.began_to_wait == 2); // again: whoever could not do anything about it may now
    system.run(zero);
    const auto d = system.started({}, [](Task&) {});
    const auto e = system.started({}, [](Task&) {});
    const unsigned before = system.began_to_wait;
    system.run(zero); // idle, it takes one of two
    CHECK(system.began_to_wait == before + 1);
}

TEST_CASE("sched: INV-SCHED-5: yield and wake while the class is full: nobody is lost") {
    const auto full = []<std::uint32_t Capacity>() {
        System<Full<Capacity>> system;
        int turns = 0, ended = 0;
        std::vector<sched::Handle<System<Full<Capacity>>>> tasks;
        for (std::uint32_t i = 0; i < Capacity; ++i)
            tasks.push_back(system.started({}, [&](Task& self) {
                for (int round = 0; round < 5; ++round) {
                    ++turns;
                    sched::yield(system, self);
                    sched::park(system, self);
                }
                ++ended;
            }));
        for (std::uint32_t round = 0; round < 5; ++round) {
            CHECK(system.taken(zero) == Capacity);
            CHECK(system.start({}, [](Task&) {}).error() == Error::QueueFull);
            system.run(zero);
            CHECK(turns == static_cast<int>((round + 1) * Capacity));
            for (auto& task : tasks) // from home and from elsewhere
                system.as(CpuId{round % 2}, [&] { CHECK(sched::unpark(system, task.pid())); });
            system.deliver_all(zero);
            CHECK(system.ready(zero).size() == Capacity);
        }
        system.run(zero);
        CHECK(ended == static_cast<int>(Capacity));
        tasks.clear();
        CHECK(system.is_empty());
    };
    full.operator()<1>();
    full.operator()<2>();
}

TEST_CASE("sched: test_reject_block: blocking calls where nothing may block end the image") {
    System system;
    std::string said[6];
    const auto task = system.started({}, [&](Task& self) {
        const auto dies_in_handler = [&](auto call) {
            return last_words([&] {
                const core::IrqOff masked;
                core::IrqContext irq = core::ContextMaker::handler();
                call();
            });
        };
        said[0] = dies_in_handler([&] { sched::park(system, self); });
        said[1] = dies_in_handler([&] { sched::yield(system, self); });
        said[2] = dies_in_handler([&] { sched::exit(system, self, 1); });
        said[3] = dies_in_handler([&] { (void)sched::migrate(system, self, zero); });
        said[4] = last_words([&] {
            const core::IrqOff masked;
            sched::park(system, self);
        });
        said[5] = last_words([&] {
            const core::Pinned pinned;
            sched::yield(system, self);
        });
    });
    system.run(zero);
    for (int i = 0; i < 4; ++i)
        CHECK(said[i].ends_with(": a blocking call inside a handler\n"));
    CHECK(said[4].ends_with(": a blocking call with interrupts masked\n"));
    CHECK(said[5].ends_with(": a blocking call while pinned\n"));
}

TEST_CASE("sched: test_reject_stranger: a Task& is its own task's, and an idle CPU runs none") {
    System system;
    Task* first = nullptr;
    std::string said[2];
    const auto a = system.started({}, [&](Task& self) {
        first = &self;
        CHECK(&sched::this_task(system) == &self);
        sched::park(system, self);
    });
    const auto b = system.started({}, [&](Task&) {
        said[0] = last_words([&] { sched::park(system, *first); });
        said[1] = last_words([&] { sched::yield(system, *first); });
    });
    system.run(zero);
    for (const std::string& each : said)
        CHECK(each.ends_with(": a Task& is used by another task\n"));
    CHECK(last_words([&] {
              (void)sched::this_task(system);
          }).ends_with(": no task runs on this CPU\n"));
    CHECK(sched::unpark(system, a.pid()));
    system.run(zero);
}
