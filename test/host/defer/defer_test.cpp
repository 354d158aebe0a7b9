// SPDX-License-Identifier: MIT
#include <neuron/defer/defer.hpp>

#include <doctest/doctest.h>

using namespace neuron;

TEST_CASE("defer: INV-DEFER-1: a full queue refuses, keeps what it has, and has room again") {
    defer::Queue<3> queue;
    static int last = 0;
    const auto work = [](int number) {
        return defer::Work::make([](int mine) { last = mine; }, number);
    };
    for (int round = 0; round < 5; ++round) { // goes around the ring
        for (int i = 1; i <= 3; ++i)
            CHECK(queue.push(work(i)).has_value());
        CHECK(queue.push(work(4)).error() == defer::Error::QueueFull);
        for (int i = 1; i <= 3; ++i) { // INV-DEFER-2: in order
            const defer::Work next = queue.pop();
            next.run();
            CHECK(last == i);
        }
        CHECK(queue.is_empty());
    }
}

TEST_CASE("defer: INV-DEFER-2: arguments of several types arrive as they were") {
    static std::uint64_t sum = 0;
    const auto work =
        defer::Work::make([](std::uint8_t a, std::uint64_t b, std::uint32_t c) { sum = a + b + c; },
                          std::uint8_t{1}, std::uint64_t{1} << 40, 7U);
    work.run();
    CHECK(sum == (std::uint64_t{1} << 40) + 8);
    const auto nothing = defer::Work::make([] { sum = 0; });
    nothing.run();
    CHECK(sum == 0);
}
