// SPDX-License-Identifier: MIT
#include <neuron/core/cpu_set.hpp>

#include <doctest/doctest.h>
#include <random>
#include <set>
#include <vector>

using neuron::core::CpuId;
using neuron::core::CpuSet;

namespace {

template <unsigned Capacity>
std::vector<std::uint32_t> members(const CpuSet<Capacity>& set) {
    std::vector<std::uint32_t> found;
    set.for_each([&](CpuId cpu) { found.push_back(cpu.value); });
    return found;
}

template <unsigned Capacity>
void check_same(const CpuSet<Capacity>& set, const std::set<std::uint32_t>& model) {
    REQUIRE(members(set) == std::vector(model.begin(), model.end()));
    REQUIRE(set.size() == model.size());
    REQUIRE(set.empty() == model.empty());
    CpuSet<Capacity> rebuilt;
    for (const std::uint32_t cpu : model)
        rebuilt.insert(CpuId{cpu});
    REQUIRE(set == rebuilt);
}

template <unsigned Capacity>
void check_random_operations() {
    std::mt19937 random{Capacity};
    CpuSet<Capacity> set;
    std::set<std::uint32_t> model;
    for (unsigned round = 0; round < 2000; ++round) {
        const auto cpu = static_cast<std::uint32_t>(random() % Capacity);
        REQUIRE(set.contains(CpuId{cpu}) == model.contains(cpu));
        const CpuSet<Capacity> before = set;
        if (random() % 2 == 0) {
            set.insert(CpuId{cpu});
            model.insert(cpu);
        } else {
            set.erase(CpuId{cpu});
            model.erase(cpu);
        }
        REQUIRE(set.contains(CpuId{cpu}) == model.contains(cpu));
        REQUIRE((before == set) == (before.size() == set.size()));
        if (round % 16 == 0)
            check_same(set, model);
    }
}

template <unsigned Capacity>
void check_first() {
    std::set<std::uint32_t> model;
    for (unsigned count = 0; count <= Capacity; ++count) {
        check_same(CpuSet<Capacity>::first(count), model);
        model.insert(count);
    }
}

template <template <unsigned> class Check>
void at_each_capacity() {
    Check<1>::run();
    Check<63>::run();
    Check<64>::run();
    Check<65>::run();
    Check<128>::run();
}

template <unsigned Capacity>
struct Random {
    static void run() { check_random_operations<Capacity>(); }
};
template <unsigned Capacity>
struct First {
    static void run() { check_first<Capacity>(); }
};

constexpr CpuSet<65> two_ends() {
    CpuSet<65> set;
    set.insert(CpuId{0});
    set.insert(CpuId{64});
    return set;
}
static_assert(two_ends().size() == 2 && two_ends().contains(CpuId{64}) && !two_ends().empty());
static_assert(!two_ends().contains(CpuId{1}) && !two_ends().contains(CpuId{63}));
static_assert(sizeof(CpuSet<1>) == 8 && sizeof(CpuSet<64>) == 8 && sizeof(CpuSet<65>) == 16);

} // namespace

TEST_CASE("core: INV-CORE-4: a CpuSet does what a set does, within one word and across words") {
    at_each_capacity<Random>();
}

TEST_CASE("core: first(n) is the CPUs below n, from none to all") {
    at_each_capacity<First>();
}

TEST_CASE("core: inserting twice and erasing what is not there change nothing") {
    CpuSet<128> set;
    set.erase(CpuId{127});
    CHECK(set.empty());
    set.insert(CpuId{64});
    set.insert(CpuId{64});
    CHECK(set.size() == 1);
    set.erase(CpuId{0});
    CHECK(members(set) == std::vector<std::uint32_t>{64});
    set.erase(CpuId{64});
    CHECK(set.empty());
    CHECK(set == CpuSet<128>{});
}

TEST_CASE("core: a CpuSet is a value: a copy goes its own way") {
    CpuSet<65> set = CpuSet<65>::first(65);
    const CpuSet<65> copy = set;
    set.erase(CpuId{64});
    CHECK(copy.contains(CpuId{64}));
    CHECK(copy != set);
}

TEST_CASE("core: a search begins with any CPU, goes around once, and finds the first or nothing") {
    for (std::uint32_t count = 1; count <= 5; ++count)
        for (std::uint32_t begin = 0; begin < 2 * count; ++begin) {
            std::vector<std::uint32_t> asked;
            CHECK_FALSE(neuron::core::first_from(begin, count, [&](CpuId cpu) {
                asked.push_back(cpu.value);
                return false;
            }));
            REQUIRE(asked.size() == count);
            for (std::uint32_t step = 0; step < count; ++step)
                CHECK(asked[step] == (begin + step) % count);
            const CpuId wanted{(begin + count - 1) % count};
            CHECK(neuron::core::first_from(begin, count,
                                           [&](CpuId cpu) { return cpu == wanted; }) == wanted);
        }
}
