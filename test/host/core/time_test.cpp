// SPDX-License-Identifier: MIT
// Where rounding and the ends of 64 bits meet; vocabulary_test.cpp has the middle.
#include <neuron/core/send.hpp>
#include <neuron/core/time.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <vector>

using namespace neuron::core;
using namespace std::chrono_literals;

namespace {

using Wide = unsigned __int128;
constexpr std::uint64_t most_ticks = ~std::uint64_t{0};
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t rates[] = {1,          3,           7,      32'768,     1'000'000,
                                   10'000'000, 999'999'999, second, second + 1, 3'333'333'333,
                                   10 * second};

/// Around each power of two and each whole second, and at both ends.
std::vector<std::uint64_t> edges(std::uint64_t unit) {
    std::vector<std::uint64_t> found;
    for (unsigned bit = 0; bit < 64; ++bit)
        for (std::uint64_t near = 0; near < 5; ++near)
            found.push_back((std::uint64_t{1} << bit) + near - 2);
    for (const std::uint64_t n : {1UL, 2UL, 60UL, 86'400UL, 9'223'372'036UL, 9'223'372'037UL})
        for (std::uint64_t near = 0; near < 5; ++near)
            if (unit < most_ticks / n)
                found.push_back(n * unit + near - 2);
    found.insert(found.end(), {0, most_ticks, most_ticks - 1, most_ticks / 2});
    return found;
}

} // namespace

static_assert(std::same_as<Instant::duration, Nanoseconds> && Uptime::is_steady);
static_assert(Send<Nanoseconds> && Send<Instant> && Sync<Instant> && Sync<TickRate>);
static_assert(TickRate(10'000'000).to_nanoseconds(1) == 100ns);
static_assert(TickRate(10'000'000).to_ticks(101ns) == 2);
static_assert(Instant(5us) - Instant(2us) == 3us && Instant() + 1s > Instant(999ms));

TEST_CASE("core: ticks to nanoseconds round down, at the edges of seconds and of 64 bits") {
    for (const std::uint64_t hz : rates)
        for (const std::uint64_t ticks : edges(hz)) {
            constexpr auto most = static_cast<std::uint64_t>(Nanoseconds::max().count());
            const auto got = TickRate(hz).to_nanoseconds(ticks);
            REQUIRE(static_cast<std::uint64_t>(got.count()) ==
                    std::min(Wide{ticks} * second / hz, Wide{most}));
        }
}

TEST_CASE("core: nanoseconds to ticks round up, at the edges of seconds and of 64 bits") {
    for (const std::uint64_t hz : rates)
        for (const std::uint64_t edge : edges(second)) {
            const auto count = static_cast<std::int64_t>(edge);
            const std::uint64_t got = TickRate(hz).to_ticks(Nanoseconds(count));
            const Wide exact = count <= 0 ? 0 : (Wide{edge} * hz + second - 1) / second;
            if (got == most_ticks)
                REQUIRE(exact + hz >= most_ticks);
            else
                REQUIRE(got == exact);
        }
    for (const std::int64_t rest : {0, 500'000'000, 999'999'999}) // the last second of 2^64 ticks
        CHECK(TickRate(10 * second).to_ticks(1'844'674'407s + Nanoseconds(rest)) == most_ticks);
    CHECK(TickRate(10'000'000).to_ticks(Nanoseconds::max()) == 92'233'720'368'547'759);
    CHECK(TickRate(10 * second).to_ticks(Nanoseconds::max()) == most_ticks);
    CHECK(TickRate(1).to_ticks(Nanoseconds::min()) == 0);
}

TEST_CASE("core: a deadline in ticks is never early, and not a tick later than it must be") {
    std::mt19937_64 random{1};
    for (const std::uint64_t hz : rates) {
        const TickRate rate(hz);
        for (int i = 0; i < 10'000; ++i) {
            const Nanoseconds deadline(static_cast<std::int64_t>(random() >> (2 + random() % 62)));
            const std::uint64_t ticks = rate.to_ticks(deadline);
            if (ticks == most_ticks)
                continue;
            REQUIRE(Wide{ticks} * second >= Wide(deadline.count()) * hz);
            if (ticks > 0)
                REQUIRE(Wide{ticks - 1} * second < Wide(deadline.count()) * hz);
        }
    }
}

TEST_CASE("core: more ticks are never less time, more time is never fewer ticks") {
    for (const std::uint64_t hz : rates) {
        const TickRate rate(hz);
        auto ticks = edges(hz);
        std::sort(ticks.begin(), ticks.end());
        for (std::size_t i = 1; i < ticks.size(); ++i)
            REQUIRE(rate.to_nanoseconds(ticks[i - 1]) <= rate.to_nanoseconds(ticks[i]));
        std::vector<Nanoseconds> times;
        for (const std::uint64_t edge : edges(second))
            times.emplace_back(static_cast<std::int64_t>(edge));
        std::sort(times.begin(), times.end());
        for (std::size_t i = 1; i < times.size(); ++i)
            REQUIRE(rate.to_ticks(times[i - 1]) <= rate.to_ticks(times[i]));
    }
}
