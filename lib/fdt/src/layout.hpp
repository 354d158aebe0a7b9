// SPDX-License-Identifier: MIT
//
// The blob, as both halves of the reader see it (Devicetree Specification 0.4, chapter 5):
//
//   blob:  | header | reservations (address, size)... (0, 0) | structure | strings |
//   structure, in words of 4 bytes:
//          BEGIN_NODE name  (PROP length name-offset value)...  (child nodes)...  END_NODE ... END
//
// NOP words may stand between any two of these.
#pragma once

#include <neuron/fdt/tree.hpp>

namespace neuron::fdt::layout {

using detail::word;

// Offsets of the header's words.
inline constexpr std::uint32_t at_total_size = 4;
inline constexpr std::uint32_t at_structure = 8;
inline constexpr std::uint32_t at_strings = 12;
inline constexpr std::uint32_t at_reservations = 16;
inline constexpr std::uint32_t at_version = 20;
inline constexpr std::uint32_t at_last_compatible = 24;
inline constexpr std::uint32_t at_strings_size = 32;
inline constexpr std::uint32_t at_structure_size = 36;
inline constexpr std::uint32_t header_size = 40;

inline constexpr std::uint32_t magic = 0xd00dfeed;
inline constexpr std::uint32_t our_version = 17;
inline constexpr std::uint32_t region_size = 16;

inline constexpr std::uint32_t begin_node = 1;
inline constexpr std::uint32_t end_node = 2;
inline constexpr std::uint32_t prop = 3;
inline constexpr std::uint32_t nop = 4;
inline constexpr std::uint32_t end = 9;

constexpr std::uint32_t aligned(std::uint32_t offset) {
    return (offset + 3) & ~std::uint32_t{3};
}

// A number of up to two cells.
[[gnu::noinline]] inline std::uint64_t number(const std::byte* bytes, std::size_t cells) {
    std::uint64_t value = 0;
    for (; cells != 0; --cells, bytes += 4)
        value = value << 32 | word(bytes);
    return value;
}

inline Region region(const std::byte* bytes) {
    return {number(bytes, 2), number(bytes + 8, 2)};
}

} // namespace neuron::fdt::layout
