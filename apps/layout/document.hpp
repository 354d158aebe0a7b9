// SPDX-License-Identifier: MIT
// A document that looks like none in particular: the same again with the same seed.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "layout.hpp"

namespace layout {

constexpr std::size_t deepest = 30;

/// One tree of all `nodes`, which are 1 or more.
inline void write_document(std::span<Node> nodes, std::uint64_t seed) {
    std::array<std::size_t, deepest + 1> open{}; // at each depth, who is not complete yet
    std::size_t depth = 0;
    const auto close = [&](std::size_t from, std::size_t end) {
        for (std::size_t level = from; level <= depth; ++level)
            nodes[open[level]].size = static_cast<std::uint32_t>(end - open[level]);
    };
    std::uint64_t random = seed;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        random = random * 6364136223846793005U + 1442695040888963407U; // as in Knuth's MMIX
        const std::uint64_t chance = random >> 40;
        if (at > 0) {
            // A child, a sibling, or one of those above.
            const std::size_t next = chance % 4 < 2    ? std::min(depth + 1, deepest)
                                     : chance % 4 == 2 ? std::max<std::size_t>(depth, 1)
                                                       : 1 + (chance >> 2) % (depth + 1);
            if (next <= depth)
                close(next, at);
            depth = std::min(next, depth + 1);
        }
        open[depth] = at;
        nodes[at] = {.size = 1, .height = static_cast<std::uint32_t>(10 + (chance >> 8) % 20)};
    }
    close(0, nodes.size());
}

/// A number for all boxes, in their order.
inline std::uint64_t hash_of(std::span<const Box> boxes) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325; // FNV-1a, 64 bits (draft-eastlake-fnv, section 5)
    for (const Box& box : boxes)
        for (const std::uint32_t number : {box.width, box.height, box.x, box.y})
            hash = (hash ^ number) * 0x100'0000'01b3;
    return hash;
}

} // namespace layout
