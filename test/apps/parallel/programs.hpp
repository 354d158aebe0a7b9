// SPDX-License-Identifier: MIT
// Programs with a tree of calls, each as a plain recursion and with join: small and even (fib),
// uneven (queens, a search of a tree that nobody knows). One with an array to write is apps/layout.
// What is called _here is built once, so that a benchmark compares two programs with the same
// leaves.
#pragma once

#include <neuron/parallel/join.hpp>

#include <array>
#include <bit>

namespace programs {

using neuron::parallel::call;
using neuron::parallel::Scope;

// fib(n), as plain calls below n = 14.

constexpr std::uint64_t fib(std::uint64_t n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
[[gnu::noinline]] inline std::uint64_t fib_here(std::uint64_t n) {
    return fib(n);
}
struct Fib {
    template <class System>
    std::uint64_t operator()(Scope<System>& scope, std::uint64_t n) const {
        if (n < 14)
            return fib_here(n);
        const auto [one, other] = join(scope, call(Fib(), n - 1), call(Fib(), n - 2));
        return one + other;
    }
};

// In how many ways as many queens as a board has rows stand on it and see no other.

/// The queens so far: which columns they stand in, and which fields of the next row they see along
/// the diagonals; `free`: the fields of the next row that are tried.
struct Board {
    std::uint32_t all;
    std::uint32_t columns = 0, left = 0, right = 0;
    std::uint32_t free = all;

    [[nodiscard]] constexpr Board with(std::uint32_t queen) const {
        Board next{all, columns | queen, (left | queen) << 1, (right | queen) >> 1};
        next.free = all & ~(next.columns | next.left | next.right);
        return next;
    }
};
constexpr std::uint64_t queens(const Board& start) {
    std::array<Board, 33> rows{start};
    std::uint64_t ways = 0;
    for (std::size_t row = 0;;) {
        Board& board = rows[row];
        if (board.free != 0) {
            rows[row + 1] = board.with(board.free & -board.free);
            board.free &= board.free - 1;
            ways += rows[row + 1].columns == board.all ? 1 : 0;
            ++row; // a full one has no field to try
        } else if (row-- == 0) {
            return ways;
        }
    }
}
[[gnu::noinline]] inline std::uint64_t queens_here(const Board& board) {
    return queens(board);
}
struct Queens {
    /// Plain calls with so many rows left.
    static constexpr int plain_rows = 7;

    template <class System>
    std::uint64_t operator()(Scope<System>& scope, Board board) const {
        const std::uint32_t first = board.free & -board.free;
        const std::uint32_t others = board.free & ~first;
        if (std::popcount(board.all & ~board.columns) <= plain_rows)
            return queens_here(board);
        if (board.free == 0)
            return 0;
        if (others == 0)
            return (*this)(scope, board.with(first));
        board.free = others;
        const auto [one, other] =
            join(scope, call(Queens(), board.with(first)), call(Queens(), board));
        return one + other;
    }
};

// The nodes of a tree of which each node's value says how many children it has: some have very many
// descendants, most none (after "UTS", Olivier and others, LCPC 2006, whose nodes are SHA-1
// hashes).

/// A node's value, from its parent's; mixed as long as a block of SHA-1 takes.
constexpr std::uint64_t child(std::uint64_t node, std::uint64_t index) {
    std::uint64_t mixed = node + (index + 1) * 0x9e37'79b9'7f4a'7c15;
    for (int round = 0; round < 300; ++round) {
        mixed ^= mixed >> 31;
        mixed *= 0x94d0'49bb'1331'11eb;
    }
    return mixed;
}
/// Eight in 81 cases of a thousand, else none: 0.65 in the mean.
constexpr std::uint64_t children(std::uint64_t node) {
    return (node >> 20) % 1000 < 81 ? 8 : 0;
}
/// The children `first` to `end` - 1 of `parent`, and all below them.
constexpr std::uint64_t nodes_below(std::uint64_t parent, std::uint64_t first, std::uint64_t end) {
    std::uint64_t sum = 0;
    for (std::uint64_t index = first; index < end; ++index) {
        const std::uint64_t node = child(parent, index);
        sum += 1 + nodes_below(node, 0, children(node));
    }
    return sum;
}
struct Nodes {
    template <class System>
    std::uint64_t operator()(Scope<System>& scope, std::uint64_t parent, std::uint64_t first,
                             std::uint64_t end) const {
        if (end - first == 1) {
            const std::uint64_t node = child(parent, first);
            const std::uint64_t below = children(node);
            return 1 + (below != 0 ? (*this)(scope, node, 0, below) : 0);
        }
        const std::uint64_t middle = (first + end) / 2;
        const auto [one, other] =
            join(scope, call(Nodes(), parent, first, middle), call(Nodes(), parent, middle, end));
        return one + other;
    }
};

} // namespace programs
