// SPDX-License-Identifier: MIT
#include <neuron/core/atomic.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <thread>
#include <vector>

using namespace neuron::core;

static_assert(relaxed == std::memory_order_relaxed && acquire == std::memory_order_acquire);
static_assert(release == std::memory_order_release && acq_rel == std::memory_order_acq_rel);
static_assert(seq_cst == std::memory_order_seq_cst);

namespace {

enum class Colour : std::uint32_t { Red, Green };
struct Twelve {
    std::uint32_t words[3];
};
struct Pair {
    std::uint32_t a, b;
};
struct Owner {
    ~Owner() {}
    std::uint64_t word;
};

template <class T>
concept Counts = requires(Atomic<T> atomic, T value) { atomic.fetch_add(value, relaxed); };
template <class T>
concept Masks = requires(Atomic<T> atomic, T value) {
    atomic.fetch_or(value, relaxed);
    atomic.fetch_and(value, relaxed);
};

// test_reject: what an Atomic may not hold, and what it may not be done with.
static_assert(AtomicValue<std::uint32_t> && AtomicValue<std::int64_t> && AtomicValue<void*>);
static_assert(AtomicValue<Colour> && AtomicValue<Pair>);
static_assert(!AtomicValue<bool> && !AtomicValue<std::uint16_t> && !AtomicValue<Twelve>);
static_assert(!AtomicValue<Owner>);
static_assert(Counts<std::uint32_t> && Masks<std::uint64_t>);
static_assert(!Counts<Colour> && !Masks<Colour> && !Counts<int*>);
static_assert(!std::is_copy_constructible_v<Atomic<int>> &&
              !std::is_copy_assignable_v<Atomic<int>>);

constexpr Order all_orders[] = {relaxed, acquire, release, acq_rel, seq_cst};
constexpr Order load_orders[] = {relaxed, acquire, seq_cst};
constexpr Order store_orders[] = {relaxed, release, seq_cst};

template <class T>
void check_arithmetic() {
    const T most = std::numeric_limits<T>::max();
    for (const Order order : all_orders) {
        Atomic<T> word{T{40}};
        CHECK(word.fetch_add(T{2}, order) == T{40});
        CHECK(word.fetch_sub(T{12}, order) == T{42});
        CHECK(word.fetch_or(T{3}, order) == T{30});
        CHECK(word.fetch_and(T{17}, order) == T{31});
        CHECK(word.load(relaxed) == T{17});
        CHECK(word.exchange(most, order) == T{17});
        CHECK(word.load(relaxed) == most);
    }
    Atomic<T> word{most};
    CHECK(word.fetch_add(T{1}, relaxed) == most); // wraps, also where T has a sign
    CHECK(word.load(relaxed) == std::numeric_limits<T>::min());
    CHECK(word.fetch_sub(T{1}, relaxed) == std::numeric_limits<T>::min());
    CHECK(word.load(relaxed) == most);
}

template <class T>
void check_words(T first, T second) {
    for (const Order order : store_orders) {
        Atomic<T> word;
        CHECK(word.load(relaxed) == T{});
        word.store(first, order);
        for (const Order reading : load_orders)
            CHECK(word.load(reading) == first);
    }
    for (const Order success : all_orders)
        for (const Order failure : load_orders) {
            Atomic<T> word{first};
            T seen = second;
            CHECK_FALSE(word.compare_exchange(seen, second, success, failure));
            CHECK(seen == first);
            CHECK(word.load(relaxed) == first);
            CHECK(word.compare_exchange(seen, second, success, failure));
            CHECK(seen == first);
            CHECK(word.load(relaxed) == second);
        }
}

} // namespace

TEST_CASE("core: an Atomic starts as zero or as its value, which may be a constant") {
    static constinit Atomic<std::uint64_t> zero;
    static constinit Atomic<std::uint64_t> seven{7};
    CHECK(zero.load(relaxed) == 0);
    CHECK(seven.load(relaxed) == 7);
}

TEST_CASE("core: read-modify-writes answer the old value, in every order and width") {
    check_arithmetic<std::uint32_t>();
    check_arithmetic<std::uint64_t>();
    check_arithmetic<std::int32_t>();
    check_arithmetic<std::int64_t>();
}

TEST_CASE("core: INV-CORE-1: loads, stores and compare_exchange, in every order, of numbers, "
          "enums, pointers") {
    check_words<std::uint32_t>(1, 0xffff'ffff);
    check_words<std::uint64_t>(1, 0xffff'ffff'0000'0001);
    check_words(Colour::Red, Colour::Green);
    int target[2]{};
    check_words<int*>(target, target + 1);
}

TEST_CASE("core: no increment of 4 threads is lost") {
    constexpr std::uint32_t rounds = 50'000;
    Atomic<std::uint32_t> added{0};
    Atomic<std::uint64_t> exchanged{0};
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (std::uint32_t round = 0; round < rounds; ++round) {
                added.fetch_add(1, relaxed);
                std::uint64_t seen = exchanged.load(relaxed);
                while (!exchanged.compare_exchange(seen, seen + 1, acq_rel, relaxed)) {
                }
            }
        });
    threads.clear();
    CHECK(added.load(relaxed) == 4 * rounds);
    CHECK(exchanged.load(relaxed) == 4 * rounds);
}

TEST_CASE("core: who acquires what was released sees what was written before") {
    constexpr std::uint32_t rounds = 20'000;
    std::uint32_t message[2]{};
    Atomic<std::uint32_t> sent{0};
    Atomic<std::uint32_t> taken{0};
    std::jthread sender([&] {
        for (std::uint32_t round = 1; round <= rounds; ++round) {
            message[0] = round;
            message[1] = ~round;
            sent.store(round, release);
            while (taken.load(acquire) != round)
                std::this_thread::yield();
        }
    });
    std::uint32_t wrong = 0;
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        while (sent.load(acquire) != round)
            std::this_thread::yield();
        wrong += message[0] != round || message[1] != ~round;
        taken.store(round, release);
    }
    CHECK(wrong == 0);
}

TEST_CASE("core: with a seq_cst fence between store and load, one of two CPUs sees the other") {
    constexpr std::uint32_t rounds = 20'000;
    Atomic<std::uint32_t> mine[2];
    Atomic<std::uint32_t> arrived{0};
    std::uint32_t saw[2]{};
    std::uint32_t neither = 0;
    const auto meet = [&](std::uint32_t target) {
        arrived.fetch_add(1, acq_rel);
        while (arrived.load(acquire) < target)
            std::this_thread::yield();
    };
    const auto play = [&](unsigned self) {
        for (std::uint32_t round = 1; round <= rounds; ++round) {
            meet(4 * round - 2);
            mine[self].store(round, relaxed);
            fence(seq_cst);
            saw[self] = mine[1 - self].load(relaxed);
            meet(4 * round);
            // Read by one of the two, and not written before the next meeting.
            if (self == 0)
                neither += saw[0] != round && saw[1] != round;
        }
    };
    {
        std::jthread other(play, 1U);
        play(0);
    }
    CHECK(neither == 0);
}
