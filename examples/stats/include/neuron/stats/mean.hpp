// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace neuron::stats {

/// What CPUs noted apart is joined. The sum is below 2^54.
struct Mean {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;

    void add(std::uint64_t value) { join({1, value}); }
    void join(const Mean& other) {
        count += other.count;
        sum += other.sum;
    }
    [[nodiscard]] std::uint64_t thousandths() const; ///< rounded down; 0 of no values
};

} // namespace neuron::stats
