// SPDX-License-Identifier: MIT
// Numbers for storms.
#pragma once

#include <cstdint>

namespace neuron::selftest {

/// A sequence of numbers that looks random and is the same in each run.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U; // as in Knuth's MMIX
        return (state_ >> 33) % bound;
    }

  private:
    std::uint64_t state_;
};

} // namespace neuron::selftest
