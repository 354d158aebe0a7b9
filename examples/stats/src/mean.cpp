// SPDX-License-Identifier: MIT
#include <neuron/stats/mean.hpp>

std::uint64_t neuron::stats::Mean::thousandths() const {
    return count == 0 ? 0 : sum * 1000 / count;
}
