// SPDX-License-Identifier: MIT
// CountingSemaphore: as that of std, in order, with time-outs.
#include <neuron/sched/semaphore.hpp>

#include <doctest/doctest.h>

#include "../dies.hpp"
#include "system.hpp"

using namespace sched_test;
using host_test::last_words;
using Semaphore = sched::CountingSemaphore<System<>>;

namespace {

struct Fixture {
    explicit Fixture(std::uint32_t count) : semaphore(count) {}

    System<> system;
    Semaphore semaphore;
    std::string seen; ///< who has acquired, in order; in capitals who gave up

    void start_taker(char name, std::optional<Instant> limit = {}, CpuId cpu = zero) {
        (void)system.started({.cpu = cpu}, [=, this](Task& self) {
            if (!limit) {
                semaphore.acquire(self);
                seen += name;
            } else {
                seen += semaphore.try_acquire_until(self, *limit) ? name : char(name - 'a' + 'A');
            }
        });
        system.run_all();
    }
    std::uint32_t left() {
        std::uint32_t count = 0;
        while (semaphore.try_acquire())
            ++count;
        return count;
    }
};

} // namespace

TEST_CASE("sched: INV-SCHED-10: what is released is acquired once, in order, or counted") {
    Fixture f(2);
    for (const char name : {'a', 'b', 'c', 'd', 'e'})
        f.start_taker(name, {}, CpuId{static_cast<std::uint32_t>(name % 2)});
    CHECK(f.seen == "ab");
    CHECK_FALSE(f.semaphore.try_acquire());
    SUBCASE("one by one") {
        for (const char* now : {"abc", "abcd", "abcde"}) {
            f.semaphore.release();
            CHECK_FALSE(f.semaphore.try_acquire()); // it is somebody's already
            f.system.run_all();
            CHECK(f.seen == now);
        }
        CHECK(f.left() == 0);
    }
    SUBCASE("more than wait: the rest is counted") {
        f.semaphore.release(2);
        f.semaphore.release(3);
        CHECK(f.left() == 2);
        f.system.run_all();
        std::ranges::sort(f.seen);
        CHECK(f.seen == "abcde");
    }
    SUBCASE("from a handler, and in parts") {
        {
            const core::IrqOff masked;
            core::IrqContext irq = core::ContextMaker::handler();
            f.semaphore.release(2);
            f.semaphore.release(0);
        }
        f.system.run_all();
        CHECK(f.seen.size() == 4);
        f.semaphore.release(5);
        f.system.run_all();
        CHECK(f.left() == 4);
    }
    f.semaphore.release(3);
    CHECK(f.left() == 3);
}

TEST_CASE("sched: INV-SCHED-7: a wait for a semaphore ends by time, or with what it waits for") {
    Fixture f(0);
    f.start_taker('a', at(0s)); // at once
    CHECK(f.seen == "A");
    f.seen.clear();
    f.start_taker('a', at(10ms));
    f.start_taker('b', at(20ms));
    SUBCASE("the first gives up, the next has it") {
        f.system.go_on_to(at(10ms));
        f.system.run_all();
        CHECK(f.seen == "A");
        f.semaphore.release();
        f.system.run_all();
        CHECK(f.seen == "Ab");
        CHECK(f.left() == 0);
    }
    SUBCASE("all give up: what is released then is counted") {
        f.system.go_on_to(at(20ms));
        f.system.run_all();
        CHECK(f.seen == "AB");
        f.semaphore.release();
        CHECK(f.left() == 1);
    }
    SUBCASE("granted in time, though it looks too late") {
        f.semaphore.release();
        f.system.go_on_to(at(1s));
        f.system.run_all();
        CHECK(f.seen == "aB");
        CHECK(f.left() == 0);
    }
}

TEST_CASE("sched: test_reject_semaphore: a count below 0 or above the most ends the image") {
    static constexpr auto range = ": CountingSemaphore: 0 to 2^31 - 1\n";
    static constexpr auto most = ": CountingSemaphore: 2^31 - 1 at most\n";
    CHECK(last_words([] { Semaphore(static_cast<std::uint32_t>(-1)); }).ends_with(range));
    CHECK(last_words([] { Semaphore(Semaphore::max + 1); }).ends_with(range));
    Semaphore full(Semaphore::max);
    CHECK(full.try_acquire());
    full.release();
    CHECK(last_words([&] { full.release(); }).ends_with(most));
    CHECK(last_words([&] { full.release(0xffff'ffff); }).ends_with(most));
}

TEST_CASE("sched: test_reject_semaphore: the most is the same while somebody waits") {
    static constexpr auto most = ": CountingSemaphore: 2^31 - 1 at most\n";
    Fixture f(0);
    f.start_taker('a');
    CHECK(last_words([&] { f.semaphore.release(Semaphore::max + 2); }).ends_with(most));
    f.semaphore.release(Semaphore::max);
    f.system.run_all();
    CHECK(f.seen == "a");
    f.semaphore.release(1); // one was handed over
    CHECK(last_words([&] { f.semaphore.release(1); }).ends_with(most));
}

TEST_CASE("sched: test_reject_block: acquire inside a handler ends the image, also if it need not "
          "wait") {
    Fixture f(1);
    std::string said;
    (void)f.system.started({}, [&](Task& self) {
        said = last_words([&] {
            const core::IrqOff masked;
            core::IrqContext irq = core::ContextMaker::handler();
            f.semaphore.acquire(self);
        });
    });
    f.system.run(zero);
    CHECK(said.ends_with(": a blocking call inside a handler\n"));
}
