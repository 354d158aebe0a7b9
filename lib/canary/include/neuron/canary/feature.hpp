// SPDX-License-Identifier: MIT
// What lib/canary adds to a system: see kernel/README.md for the shape of a Feature. The lowest
// bytes of a stack hold a pattern; a stack that came so far down has most likely gone further.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace neuron::canary {

/// How many bytes of a stack are given up for it. A frame may be larger and step over it.
inline constexpr std::size_t size = 64;
inline constexpr std::byte pattern{0xCA};

template <class Values>
struct Feature {
    /// `stack` is what may be used of it, lowest byte first, and is not in use that far down.
    static void prepare_stack(std::span<std::byte> stack) {
        std::ranges::fill(stack.first(size), pattern);
    }

    /// INV-CANARY-1: false once any of the lowest bytes is not what prepare_stack made it.
    [[nodiscard]] static bool is_intact(std::span<const std::byte> stack) {
        return std::ranges::all_of(stack.first(size),
                                   [](std::byte each) { return each == pattern; });
    }
};

} // namespace neuron::canary
