// SPDX-License-Identifier: MIT
#include <neuron/canary/feature.hpp>

#include <array>
#include <doctest/doctest.h>
#include <utility>

using namespace neuron;
using Canary = canary::Feature<void>;

TEST_CASE("canary: INV-CANARY-1: each of the lowest bytes counts, and none above them") {
    std::array<std::byte, 256> stack{};
    CHECK_FALSE(Canary::is_intact(stack)); // not prepared
    Canary::prepare_stack(stack);
    CHECK(Canary::is_intact(stack));
    for (std::size_t at = 0; at < stack.size(); ++at) {
        const std::byte before = std::exchange(stack[at], std::byte{0x55});
        CHECK(Canary::is_intact(stack) == (at >= canary::size));
        stack[at] = before;
        CHECK(Canary::is_intact(stack));
    }
}
