// SPDX-License-Identifier: MIT
// What a sender counts for itself, and what lies in a slot of a ring.
#include <neuron/ipi/bounds.hpp>
#include <neuron/ipi/letter.hpp>
#include <neuron/ipi/token_bucket.hpp>

#include <algorithm>
#include <deque>
#include <doctest/doctest.h>
#include <limits>
#include <random>
#include <string>

#include "kinds.hpp"

using namespace ipi_test;
using ipi::Bounds;
using ipi::Letter;
using ipi::TokenBucket;

namespace {

/// A token comes back `interval` ticks after the bucket was full last, and each `interval` after
/// that, tick by tick.
class SlowBucket {
  public:
    SlowBucket(std::uint32_t burst, std::uint64_t interval) : burst_(burst), interval_(interval) {}
    bool try_take(std::uint64_t now) {
        for (; at_ < now; ++at_)
            if (taken_ != 0 && ++since_ == interval_) {
                --taken_;
                since_ = 0;
            }
        if (taken_ == 0)
            since_ = 0;
        if (taken_ == burst_)
            return false;
        ++taken_;
        return true;
    }

  private:
    std::uint32_t burst_;
    std::uint64_t interval_;
    std::uint64_t at_ = 0;
    std::uint64_t since_ = 0;
    std::uint32_t taken_ = 0;
};

template <std::uint32_t Burst>
void beside_a_slow_one(std::uint64_t interval) {
    TokenBucket<Burst> bucket;
    SlowBucket slow(Burst, interval);
    std::mt19937_64 random{Burst + interval};
    std::uint64_t now = 0;
    std::uint64_t refused = 0;
    for (int i = 0; i < 2000; ++i) {
        now += random() % 3 == 0 ? random() % (2 * interval + 1) : 0;
        const bool took = slow.try_take(now);
        REQUIRE(bucket.try_take(now, interval) == took);
        refused += !took;
    }
    CHECK(refused > 100);
    CHECK(refused < 1900);
}

template <std::uint32_t Burst>
std::uint32_t take_all(TokenBucket<Burst>& bucket, std::uint64_t now, std::uint64_t interval) {
    std::uint32_t count = 0;
    while (count < 1000 && bucket.try_take(now, interval))
        ++count;
    return count;
}

std::string opened(auto letter) {
    std::string text;
    letter.open([&]<class K>(ipi::Content<K> content) {
        if constexpr (std::is_same_v<K, Number>)
            text += "number " + std::to_string(content);
        else if constexpr (std::is_same_v<K, Few>)
            text += "few " + std::to_string(content);
        else if constexpr (std::is_same_v<K, Chatter>)
            text += "chatter " + std::to_string(content);
        else
            text += "ticket " + std::to_string(content.number());
    });
    return text;
}

/// One that may wait but once, of the same content as Few.
struct Single {
    using Carrier = ipi::Ring<std::uint32_t>;
    static constexpr std::uint32_t bound = 1;
};

} // namespace

TEST_CASE("ipi: a token bucket gives what one that counts each tick gives") {
    beside_a_slow_one<1>(1);
    beside_a_slow_one<1>(7);
    beside_a_slow_one<3>(1);
    beside_a_slow_one<3>(10);
    beside_a_slow_one<64>(2);
}

TEST_CASE("ipi: a token bucket is full at first, whatever the time, and never fuller") {
    for (const std::uint64_t start : {std::uint64_t{0}, std::uint64_t{1} << 40}) {
        TokenBucket<4> bucket;
        CHECK(take_all(bucket, start, 10) == 4);
        CHECK(take_all(bucket, start, 10) == 0); // time stands still
        CHECK(take_all(bucket, start + 9, 10) == 0);
        CHECK(take_all(bucket, start + 10, 10) == 1);
        CHECK(take_all(bucket, start + 29, 10) == 1); // 9 ticks of the next are kept
        CHECK(take_all(bucket, start + 30, 10) == 1);
        CHECK(take_all(bucket, start + 1000, 10) == 4);
        CHECK(take_all(bucket, start + 1009, 10) == 0);
    }
}

TEST_CASE("ipi: a token bucket gives nothing for time that goes back or begins anew") {
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    TokenBucket<2> bucket;
    CHECK(take_all(bucket, 1000, 10) == 2);
    CHECK(take_all(bucket, 500, 10) == 0);
    CHECK(take_all(bucket, 1009, 10) == 0);
    CHECK(take_all(bucket, 1010, 10) == 1);
    CHECK(take_all(bucket, last, 10) == 2);
    CHECK(take_all(bucket, 5, 10) == 0); // after the last tick comes 0
    TokenBucket<1> slow;
    CHECK(take_all(slow, last - 1, last) == 1); // the longest interval
    CHECK(take_all(slow, last, last) == 0);
    TokenBucket<1> quick;
    CHECK(take_all(quick, last - 1, 1) == 1);
    CHECK(take_all(quick, last, 1) == 1);
    CHECK(take_all(quick, last, 1) == 0);
}

TEST_CASE("ipi: a letter of one kind or several gives back what it was made of") {
    using One = Letter<core::TypeList<Number>>;
    CHECK(opened(One(std::type_identity<Number>(), 7)) == "number 7");
    using Several = Letter<core::TypeList<Few, Chatter, Admit>>;
    CHECK(opened(Several(std::type_identity<Few>(), 1)) == "few 1");
    CHECK(opened(Several(std::type_identity<Chatter>(), 1)) == "chatter 1"); // the same content
    CHECK(opened(Several(std::type_identity<Admit>(), Ticket(5))) == "ticket 5");
    CHECK(opened(Several()).empty()); // an empty place
}

TEST_CASE("ipi: a letter's content moves, once") {
    Letter<core::TypeList<Admit>> alone(std::type_identity<Admit>(), Ticket(3));
    auto moved = std::move(alone);
    CHECK(opened(std::move(moved)) == "ticket 3");
    Letter<core::TypeList<Number, Admit>> first(std::type_identity<Admit>(), Ticket(4));
    Letter<core::TypeList<Number, Admit>> second;
    second = std::move(first);
    CHECK(opened(std::move(second)) == "ticket 4");
    static_assert(!std::is_copy_constructible_v<Letter<core::TypeList<Admit>>>);
}

TEST_CASE("ipi: a kind's bound counts what waits of it, beside a plain count") {
    using Kinds = core::TypeList<Number, Few, Single>;
    constexpr std::uint32_t capacity = 4;
    Bounds<Kinds, capacity> bounds;
    std::deque<int> waiting; // 0: Number, 1: Few, 2: Single
    std::mt19937 random{7};
    std::uint32_t consumed = 0;
    std::uint32_t tail = 0;
    std::array<std::uint32_t, 3> full{};
    for (int i = 0; i < 5000; ++i) {
        if (random() % 4 == 0 && !waiting.empty()) {
            waiting.pop_front();
            ++consumed;
        }
        const auto of = [&](int kind) { return std::ranges::count(waiting, kind); };
        const int kind = static_cast<int>(random() % 3);
        // The sender asks of the kind that it wants to post alone, and not at all of others.
        if (kind == 1 && bounds.is_full<Few>(consumed)) {
            REQUIRE(of(1) == 2);
            ++full[1];
        } else if (kind == 2 && bounds.is_full<Single>(consumed)) {
            REQUIRE(of(2) == 1);
            ++full[2];
        } else if (waiting.size() == capacity) {
            ++full[0];
        } else {
            REQUIRE((kind != 1 || of(1) < 2));
            REQUIRE((kind != 2 || of(2) < 1));
            REQUIRE_FALSE(bounds.is_full<Number>(consumed));
            if (kind == 0)
                bounds.add<Number>(tail);
            else if (kind == 1)
                bounds.add<Few>(tail);
            else
                bounds.add<Single>(tail);
            ++tail;
            waiting.push_back(kind);
        }
    }
    for (const std::uint32_t count : full)
        CHECK(count > 0);
    static_assert(std::is_empty_v<Bounds<core::TypeList<Number, Chatter>, capacity>>);
}
