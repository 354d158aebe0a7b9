// SPDX-License-Identifier: MIT
// Boxes for the tree of a document. Nodes stand before what is in them, so that a subtree is a
// stretch of the array; boxes stand as their nodes do. As a plain recursion, and with
// parallel::join: the document is Frozen, and each call has the Part of the boxes that it writes.
#pragma once

#include <neuron/core/frozen.hpp>
#include <neuron/parallel/join.hpp>
#include <neuron/parallel/part.hpp>

namespace layout {

using neuron::core::Frozen;
using neuron::parallel::Part;
using neuron::parallel::Scope;

struct Node {
    std::uint32_t size = 1;   ///< of its subtree, with itself
    std::uint32_t height = 0; ///< of what it has besides its children
};
struct Box {
    std::uint32_t width = 0, height = 0, x = 0, y = 0;
    friend constexpr bool operator==(const Box&, const Box&) = default;
};
constexpr std::uint32_t margin = 2;

/// The box of node `first`, which comes out of `boxes`; its height is not known yet.
inline Box& begin_box(Part<Box>& boxes, std::uint32_t width, std::uint32_t top) {
    Box& box = *boxes.take_first(1).begin();
    box = {.width = width, .x = margin, .y = top};
    return box;
}
/// The subtrees that begin at node `first`, one below the other from `top` on, as many as `boxes`
/// has; where they end.
inline std::uint32_t measure(Frozen<Node> nodes, std::size_t first, Part<Box> boxes,
                             std::uint32_t width, std::uint32_t top) {
    while (boxes.size() > 0) {
        const Node& node = nodes[first];
        Part<Box> mine = boxes.take_first(node.size);
        Box& box = begin_box(mine, width, top);
        box.height = node.height + 2 * margin +
                     measure(nodes, first + 1, std::move(mine), width - 2 * margin, 0);
        top += box.height;
        first += node.size;
    }
    return top;
}
/// As both of those below call it: built once, so that a benchmark compares the same.
[[gnu::noinline]] inline std::uint32_t measure_here(Frozen<Node> nodes, std::size_t first,
                                                    Part<Box> boxes, std::uint32_t width,
                                                    std::uint32_t top) {
    return measure(nodes, first, std::move(boxes), width, top);
}

/// The same, of which idle CPUs get halves.
struct Measure {
    static constexpr std::size_t plain_nodes = 200; ///< it looks around after so many

    template <class System>
    std::uint32_t operator()(Scope<System>& scope, Frozen<Node> nodes, std::size_t first,
                             Part<Box>& boxes, std::uint32_t width, std::uint32_t top) const {
        while (boxes.size() > plain_nodes) {
            std::size_t size = nodes[first].size;
            if (scope.is_wanted() && size < boxes.size()) [[unlikely]]
                return halves(scope, nodes, first, boxes, width, top);
            if (size > plain_nodes) {
                Part<Box> mine = boxes.take_first(size);
                Box& box = begin_box(mine, width, top);
                box.height = nodes[first].height + 2 * margin +
                             (*this)(scope, nodes, first + 1, mine, width - 2 * margin, 0);
                top += box.height;
            } else {
                while (size < plain_nodes && nodes[first + size].size <= plain_nodes)
                    size += nodes[first + size].size;
                top = measure_here(nodes, first, boxes.take_first(size), width, top);
            }
            first += size;
        }
        return measure_here(nodes, first, std::move(boxes), width, top);
    }

  private:
    template <class System>
    static std::uint32_t halves(Scope<System>& scope, Frozen<Node> nodes, std::size_t first,
                                Part<Box>& boxes, std::uint32_t width, std::uint32_t top) {
        std::size_t half = nodes[first].size;
        while (half + nodes[first + half].size <= boxes.size() / 2)
            half += nodes[first + half].size;
        Part<Box> front = boxes.take_first(half);
        Box* const behind = boxes.begin();
        const std::size_t count = boxes.size();
        const auto [middle, height] =
            join(scope, call(Measure(), nodes, first, std::move(front), width, top),
                 call(Measure(), nodes, first + half, std::move(boxes), width, 0U));
        // SAFETY: nobody has a Part of them any more.
        for (std::size_t at = 0; at < count; at += nodes[first + half + at].size)
            behind[at].y += middle;
        return middle + height;
    }
};

/// The whole document, `width` wide.
inline std::uint32_t measure_plain(Frozen<Node> nodes, Part<Box> boxes, std::uint64_t width) {
    return measure_here(nodes, 0, std::move(boxes), static_cast<std::uint32_t>(width), 0);
}
template <class System>
std::uint32_t measure_all(Scope<System>& scope, Frozen<Node> nodes, Part<Box> boxes,
                          std::uint64_t width) {
    return Measure()(scope, nodes, 0, boxes, static_cast<std::uint32_t>(width), 0);
}

} // namespace layout
