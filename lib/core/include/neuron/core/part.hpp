// SPDX-License-Identifier: MIT
// Dividing a run of elements into nearly equal, neighbouring parts.
#pragma once

#include <cstddef>

namespace neuron::core {

struct Part {
    std::size_t first;
    std::size_t size;
};

/// Part `index` of `count` of `size` elements: the parts follow each other, cover everything once,
/// and differ by one element at most. `index` is below `count`.
constexpr Part part_of(std::size_t size, std::size_t index, std::size_t count) {
    const std::size_t each = size / count;
    const std::size_t longer = size % count; // the first ones take one element more
    const std::size_t extra_before = index < longer ? index : longer;
    return {each * index + extra_before, each + (index < longer ? 1 : 0)};
}

} // namespace neuron::core
