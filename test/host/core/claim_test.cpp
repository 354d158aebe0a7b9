// SPDX-License-Identifier: MIT
#include <neuron/core/claim.hpp>

#include <doctest/doctest.h>
#include <optional>

using namespace neuron::core;

TEST_CASE("core: a claim is one's as long as it lives, and nobody else's") {
    Atomic<std::uint32_t> word{0};
    std::optional<Claim> mine;
    mine.emplace(word);
    CHECK(mine->is_mine());
    {
        const Claim other{word};
        CHECK_FALSE(other.is_mine());
    }
    CHECK_FALSE(Claim{word}.is_mine()); // the one that was refused has given nothing back
    mine.reset();
    CHECK(Claim{word}.is_mine());
    CHECK(word.load(relaxed) == 0);
}
