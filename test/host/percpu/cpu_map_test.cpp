// SPDX-License-Identifier: MIT
#include <neuron/percpu/cpu_map.hpp>

#include <doctest/doctest.h>
#include <map>
#include <random>

using neuron::core::CpuId;
using neuron::core::HartId;
using neuron::percpu::CpuMap;

namespace {

constexpr bool works_at_compile_time() {
    CpuMap<2> map;
    return map.add(HartId{5}) && map.cpu_of(HartId{5}) == CpuId{0} && map.size() == 1;
}
static_assert(works_at_compile_time());

} // namespace

TEST_CASE("percpu: an empty map knows no hart, hart 0 neither") {
    const CpuMap<4> map;
    CHECK(map.size() == 0);
    CHECK_FALSE(map.cpu_of(HartId{0}).has_value()); // the unused places hold zeros
    CHECK_FALSE(map.cpu_of(HartId{1}).has_value());
}

TEST_CASE("percpu: INV-PERCPU-3: CPUs are numbered in the order in which their harts come") {
    CpuMap<4> map;
    for (const std::uint64_t hart : {3U, 0U, 2U})
        CHECK(map.add(HartId{hart}));
    CHECK(map.size() == 3);
    CHECK(map.hart_of(CpuId{0}) == HartId{3});
    CHECK(map.hart_of(CpuId{1}) == HartId{0});
    CHECK(map.hart_of(CpuId{2}) == HartId{2});
    CHECK(map.cpu_of(HartId{0}) == CpuId{1});
    CHECK_FALSE(map.cpu_of(HartId{1}).has_value());
}

TEST_CASE("percpu: test_reject_one_hart_too_many") {
    CpuMap<3> map;
    for (std::uint64_t hart = 0; hart < 3; ++hart)
        CHECK(map.add(HartId{hart}));
    CHECK_FALSE(map.add(HartId{3}));
    CHECK(map.size() == 3);
    CHECK_FALSE(map.cpu_of(HartId{3}).has_value());
    CpuMap<1> single;
    CHECK(single.add(HartId{9}));
    CHECK_FALSE(single.add(HartId{0}));
    CHECK(single.hart_of(CpuId{0}) == HartId{9});
}

TEST_CASE("percpu: test_reject_a_hart_that_is_in_the_map") {
    CpuMap<4> map;
    CHECK(map.add(HartId{0}));
    CHECK_FALSE(map.add(HartId{0}));
    CHECK(map.add(HartId{~std::uint64_t{0}}));
    CHECK_FALSE(map.add(HartId{~std::uint64_t{0}}));
    CHECK(map.size() == 2);
}

TEST_CASE("percpu: sparse hart ids of 64 bits are found both ways") {
    std::mt19937_64 random{1};
    CpuMap<64> map;
    std::map<std::uint64_t, std::uint32_t> model;
    while (model.size() < 64) {
        const std::uint64_t hart = random() >> (random() % 64);
        const auto next = static_cast<std::uint32_t>(model.size());
        REQUIRE(map.add(HartId{hart}) == model.try_emplace(hart, next).second);
    }
    for (const auto& [hart, cpu] : model) {
        CHECK(map.cpu_of(HartId{hart}) == CpuId{cpu});
        CHECK(map.hart_of(CpuId{cpu}) == HartId{hart});
        const std::uint64_t near = hart ^ (std::uint64_t{1} << 63);
        CHECK(map.cpu_of(HartId{near}).has_value() == model.contains(near));
    }
}
