// SPDX-License-Identifier: MIT
// Arithmetic of a bounded ring: head and tail count freely and wrap with their 32 bits, so that a
// full ring and an empty one differ, and no index is ever reset.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace neuron::core {

/// Of a ring of Capacity slots, a power of two up to 2^31. `tail` is where the next goes in, `head`
/// where the oldest is; tail is at most Capacity ahead.
template <std::uint32_t Capacity>
    requires(std::has_single_bit(Capacity))
struct RingIndex {
    [[nodiscard]] static constexpr std::uint32_t size(std::uint32_t head, std::uint32_t tail) {
        return tail - head;
    }
    [[nodiscard]] static constexpr bool is_empty(std::uint32_t head, std::uint32_t tail) {
        return head == tail;
    }
    [[nodiscard]] static constexpr bool is_full(std::uint32_t head, std::uint32_t tail) {
        return size(head, tail) >= Capacity;
    }
    [[nodiscard]] static constexpr std::size_t slot(std::uint32_t index) {
        return index & (Capacity - 1);
    }
};

} // namespace neuron::core
