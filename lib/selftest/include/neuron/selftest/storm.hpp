// SPDX-License-Identifier: MIT
// How long a storm lasts: as many rounds as its test says, STORM= times over; and its seed.
#pragma once

#include <neuron/args/parameter.hpp>

#include <cstdint>

namespace neuron::selftest {

/// The rounds of each CPU in a storm; STORM=n makes them n times as many.
template <class System>
std::uint64_t storm_rounds(System& system, std::uint64_t rounds) {
    const auto factor = system.arguments().parameter("storm");
    return rounds * (factor ? args::parse_unsigned(*factor).value_or(1) : 1);
}

/// What its chances begin with; SEED=n makes them others.
template <class System>
std::uint64_t storm_seed(System& system) {
    const auto seed = system.arguments().parameter("seed");
    return seed ? args::parse_unsigned(*seed).value_or(1) : 1;
}

} // namespace neuron::selftest
