// SPDX-License-Identifier: MIT
// What a description of a machine holds of its tree, for whoever does not read trees.
#pragma once

#include <cstdint>

namespace neuron::fdt {

class Tree;

// An address range, in bytes: an entry of `reg`, or memory that firmware keeps for itself.
struct Region {
    std::uint64_t address = 0;
    std::uint64_t size = 0;

    friend bool operator==(const Region&, const Region&) = default;
};

} // namespace neuron::fdt
