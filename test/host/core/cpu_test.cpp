// SPDX-License-Identifier: MIT
// What a CPU does by itself: names, masks, waits, and dies.
#include <neuron/core/atomic.hpp>
#include <neuron/core/check.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/core/witness.hpp>

#include <doctest/doctest.h>
#include <string>
#include <thread>
#include <type_traits>

#include "../dies.hpp"

using namespace neuron;
using namespace neuron::core;
using host_test::last_words;

namespace {

template <class A, class B>
concept Comparable = requires(A a, B b) { a == b; };

} // namespace

// test_reject: one kind of id is never taken for the other, nor a number for either.
static_assert(!std::is_convertible_v<CpuId, HartId> && !std::is_convertible_v<HartId, CpuId>);
static_assert(!std::is_constructible_v<CpuId, HartId> && !Comparable<CpuId, HartId>);
static_assert(!std::is_convertible_v<std::uint32_t, CpuId> && !Comparable<CpuId, int>);
static_assert(sizeof(HartId) == 8 && CpuId{} == boot_cpu && boot_cpu.index() == 0);

TEST_CASE("core: ids are ordered by their number and print as it") {
    CHECK(CpuId{1} < CpuId{2});
    CHECK(CpuId{2} == CpuId{2});
    CHECK(HartId{0xffff'ffff} < HartId{0x1'0000'0000});
    CHECK(CpuId{7}.index() == 7);
    CHECK(format_value(CpuId{9}) == 9);
    CHECK(format_value(HartId{~std::uint64_t{0}}) == ~std::uint64_t{0});
}

TEST_CASE("core: INV-CORE-3: IrqOff nests, and only the outermost end unmasks") {
    REQUIRE(env::irq_enabled());
    {
        const IrqOff outer;
        CHECK_FALSE(env::irq_enabled());
        for (int i = 0; i < 3; ++i) {
            const IrqOff inner;
            const IrqOff innermost;
            CHECK_FALSE(env::irq_enabled());
        }
        CHECK_FALSE(env::irq_enabled());
    }
    CHECK(env::irq_enabled());
}

TEST_CASE("core: IrqOff leaves interrupts off where they were off before") {
    const bool were_on = env::irq_save();
    REQUIRE(were_on);
    {
        const IrqOff scope;
    }
    CHECK_FALSE(env::irq_enabled());
    env::irq_restore(were_on);
    CHECK(env::irq_enabled());
}

TEST_CASE("core: IrqOff masks this CPU and no other") {
    const IrqOff masked;
    bool other_on = false;
    std::jthread([&] { other_on = env::irq_enabled(); }).join();
    CHECK(other_on);
    CHECK_FALSE(env::irq_enabled());
}

TEST_CASE("core: spin_at_most asks until the answer is yes, but no more often than it is told") {
    unsigned asked = 0;
    CHECK(spin_at_most(5, [&] { return ++asked == 5; }));
    CHECK(asked == 5);
    CHECK_FALSE(spin_at_most(5, [&] { return ++asked == 11; }));
    CHECK(asked == 10);
    CHECK_FALSE(spin_at_most(0, [&] { return ++asked != 0; }));
    CHECK(asked == 10);
}

TEST_CASE("core: spin_until asks once where the answer is yes, else until it is") {
    unsigned asked = 0;
    spin_until([&] { return ++asked == 1; });
    CHECK(asked == 1);
    spin_until([&] { return ++asked == 1000; });
    CHECK(asked == 1000);
}

TEST_CASE("core: INV-CORE-2: two CPUs that wait for each other by turns both get on") {
    constexpr std::uint32_t rounds = 5000;
    Atomic<std::uint32_t> turn{0};
    const auto play = [&](std::uint32_t self) {
        for (std::uint32_t round = 0; round < rounds; ++round) {
            const std::uint32_t mine = 2 * round + self;
            spin_until([&] { return turn.load(acquire) == mine; });
            turn.store(mine + 1, release);
        }
    };
    {
        std::jthread other(play, 1U);
        play(0);
    }
    CHECK(turn.load(relaxed) == 2 * rounds);
}

TEST_CASE("core: check does nothing where its condition holds") {
    CHECK(last_words([] { check(true, "never said"); }) == "(came back)");
}

TEST_CASE("core: a broken check ends the image with message, file and line of the caller") {
    const unsigned line = __LINE__ + 1;
    const std::string said = last_words([] { check(false, "the sky is blue"); });
    CHECK(said == std::string(__FILE__) + ":" + std::to_string(line) + ": the sky is blue\n");
}
