// SPDX-License-Identifier: MIT
// Which timer is due, and when an interrupt comes, beside what a search finds.
#include <neuron/timer/deadlines.hpp>

#include <algorithm>
#include <bit>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <vector>

using neuron::timer::Deadlines;
using Random = std::mt19937;

namespace {

std::uint64_t below(Random& random, std::uint64_t bound) {
    return random() % bound;
}

struct Interval {
    std::uint64_t first, last;
};

/// The fewest points that meet every interval, by trying every set of ends. A point that is no end
/// can move up to the next one.
unsigned fewest_stabs(const std::vector<Interval>& intervals) {
    unsigned fewest = static_cast<unsigned>(intervals.size());
    for (std::uint32_t set = 0; set < 1U << intervals.size(); ++set) {
        const auto met = [&](const Interval& each) {
            for (std::size_t i = 0; i < intervals.size(); ++i)
                if ((set >> i & 1) != 0 && each.first <= intervals[i].last &&
                    intervals[i].last <= each.last)
                    return true;
            return false;
        };
        if (static_cast<unsigned>(std::popcount(set)) < fewest &&
            std::ranges::all_of(intervals, met))
            fewest = static_cast<unsigned>(std::popcount(set));
    }
    return fewest;
}

/// One timer of a sequence: armed at a time, and cancelled at another one unless it has fired.
struct Plan {
    std::uint64_t armed, deadline, window, cancelled;
    bool fired = false;
    [[nodiscard]] std::uint64_t first() const { return std::max(armed, deadline); }
    [[nodiscard]] std::uint64_t latest() const { return std::max(armed, deadline + window); }
};

struct Outcome {
    std::vector<std::uint64_t> interrupts;
    std::vector<Interval> causes; ///< the intervals of the timers that they came for
    std::vector<std::pair<std::uint64_t, std::uint32_t>> firings; ///< time and timer
};

/// Runs a sequence: at each tick what is cancelled, what is armed (in this order), the interrupt.
template <bool Coalescing>
Outcome run(std::vector<Plan>& plans, const std::vector<std::uint32_t>& order,
            std::uint64_t last_tick) {
    Deadlines<8, Coalescing> deadlines;
    Outcome outcome;
    std::uint64_t armed = 0; // until the last interrupt
    for (std::uint64_t now = 0; now <= last_tick; ++now) {
        for (const std::uint32_t i : order)
            if (plans[i].armed == now)
                deadlines.insert(i, plans[i].deadline, static_cast<std::uint32_t>(plans[i].window));
        for (const std::uint32_t i : order)
            if (plans[i].cancelled == now && deadlines.contains(i))
                deadlines.remove(i);
        if (deadlines.next_interrupt() > now)
            continue;
        for (std::uint32_t i = 0; i < plans.size(); ++i)
            if (deadlines.contains(i) && plans[i].latest() == now) {
                outcome.causes.push_back({plans[i].first(), now});
                break;
            }
        REQUIRE((outcome.interrupts.empty() ||
                 !deadlines.could_fire_before(outcome.interrupts.back(), armed)));
        outcome.interrupts.push_back(now);
        armed = deadlines.armed();
        while (const auto due = deadlines.first_due(now)) {
            deadlines.remove(*due);
            plans[*due].fired = true;
            outcome.firings.emplace_back(now, *due);
        }
    }
    CHECK(deadlines.next_interrupt() == decltype(deadlines)::never);
    return outcome;
}

std::vector<Plan> any_plans(Random& random, std::uint64_t ticks) {
    std::vector<Plan> plans(1 + below(random, 6));
    for (Plan& plan : plans) {
        plan.armed = below(random, ticks);
        plan.deadline = below(random, ticks);
        plan.window = below(random, 3) != 0 ? below(random, 8) : 0;
        plan.cancelled = below(random, 4) == 0 ? plan.armed + below(random, 8) : 2 * ticks;
    }
    return plans;
}

std::vector<std::uint32_t> forwards(std::size_t count) {
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i)
        order[i] = i;
    return order;
}

constexpr std::uint64_t ticks = 16;

} // namespace

TEST_CASE("timer: both answers are those of a search, whatever goes in and out") {
    struct Timer {
        std::uint64_t deadline, window, sequence;
    };
    Random random(1);
    Deadlines<64, true> deadlines;
    std::map<std::uint32_t, Timer> expected;
    std::uint64_t sequence = 0;
    for (int step = 0; step < 100'000; ++step) {
        const auto timer = static_cast<std::uint32_t>(below(random, 64));
        REQUIRE(deadlines.contains(timer) == expected.contains(timer));
        // For a while more go in, then more go out.
        if (expected.contains(timer)) {
            if (below(random, 1000) < static_cast<std::uint64_t>(step / 10 % 1000)) {
                deadlines.remove(timer);
                expected.erase(timer);
            }
        } else {
            const Timer made{below(random, 20), below(random, 12), sequence++};
            deadlines.insert(timer, made.deadline, static_cast<std::uint32_t>(made.window));
            expected.emplace(timer, made);
        }
        REQUIRE(deadlines.size() == expected.size());
        std::uint64_t latest = decltype(deadlines)::never;
        std::optional<std::uint32_t> first;
        for (const auto& [name, each] : expected) {
            latest = std::min(latest, each.deadline + each.window);
            if (!first || std::pair(each.deadline, each.sequence) <
                              std::pair(expected[*first].deadline, expected[*first].sequence))
                first = name;
        }
        REQUIRE(deadlines.next_interrupt() == latest);
        REQUIRE(deadlines.first_due(100) == first);
        if (first) {
            REQUIRE(deadlines.first_due(expected[*first].deadline) == first);
            if (expected[*first].deadline != 0)
                REQUIRE(!deadlines.first_due(expected[*first].deadline - 1));
        }
    }
}

TEST_CASE("timer: INV-TIMER-5: no policy has fewer interrupts") {
    Random random(2);
    unsigned all = 0;
    unsigned fired = 0;
    for (int sequence = 0; sequence < 100'000; ++sequence) {
        auto plans = any_plans(random, ticks);
        const Outcome outcome = run<true>(plans, forwards(plans.size()), 2 * ticks);
        std::vector<Interval> intervals;
        for (const Plan& plan : plans)
            if (plan.fired)
                intervals.push_back({plan.first(), plan.latest()});
        REQUIRE(outcome.interrupts.size() == fewest_stabs(intervals));
        REQUIRE(outcome.causes.size() == outcome.interrupts.size());
        for (std::size_t i = 1; i < outcome.causes.size(); ++i) // the witness
            REQUIRE(outcome.causes[i - 1].last < outcome.causes[i].first);
        all += static_cast<unsigned>(outcome.interrupts.size());
        fired += static_cast<unsigned>(intervals.size());
    }
    CHECK(all < fired); // there was something to save
}

TEST_CASE("timer: INV-TIMER-1: never early, never after the latest time, once unless cancelled") {
    const auto holds = []<bool Coalescing>(std::bool_constant<Coalescing>) {
        Random random(3);
        for (int sequence = 0; sequence < 20'000; ++sequence) {
            auto plans = any_plans(random, ticks);
            const Outcome outcome = run<Coalescing>(plans, forwards(plans.size()), 2 * ticks);
            std::array<unsigned, 8> times{};
            for (const auto& [time, timer] : outcome.firings) {
                ++times.at(timer);
                REQUIRE(time >= plans[timer].deadline);
                REQUIRE(time <= (Coalescing ? plans[timer].latest() : plans[timer].first()));
            }
            for (std::size_t i = 0; i < plans.size(); ++i) {
                REQUIRE(times.at(i) <= 1);
                REQUIRE((times.at(i) == 1 || plans[i].cancelled <= plans[i].latest()));
            }
        }
    };
    SUBCASE("with windows") {
        holds(std::true_type());
    }
    SUBCASE("without") {
        holds(std::false_type());
    }
}

TEST_CASE("timer: INV-TIMER-7: when a timer fires does not depend on the order of arming") {
    Random random(4);
    for (int sequence = 0; sequence < 20'000; ++sequence) {
        auto plans = any_plans(random, ticks);
        for (Plan& plan : plans)
            plan.armed = 0;
        auto other = plans;
        auto order = forwards(plans.size());
        auto one_way = run<true>(plans, order, 2 * ticks).firings;
        std::ranges::shuffle(order, random);
        auto another_way = run<true>(other, order, 2 * ticks).firings;
        // By deadline, whatever the order; among equals as they were armed.
        const auto follows = [&](const std::vector<Plan>& which, const auto& firings) {
            for (std::size_t i = 1; i < firings.size(); ++i)
                if (firings[i - 1].first == firings[i].first)
                    REQUIRE(which[firings[i - 1].second].deadline <=
                            which[firings[i].second].deadline);
        };
        follows(plans, one_way);
        follows(other, another_way);
        std::ranges::sort(one_way);
        std::ranges::sort(another_way);
        REQUIRE(one_way == another_way);
    }
}

TEST_CASE("timer: INV-TIMER-7: equal deadlines come in the order of arming") {
    Deadlines<8, true> deadlines;
    for (const std::uint32_t item : {3U, 1U, 7U, 0U})
        deadlines.insert(item, 5, item);
    deadlines.insert(2, 4, 16);
    std::vector<std::uint32_t> order;
    while (const auto due = deadlines.first_due(5)) {
        deadlines.remove(*due);
        order.push_back(*due);
    }
    CHECK(order == std::vector<std::uint32_t>{2, 3, 1, 7, 0});
    CHECK(deadlines.size() == 0);
}
