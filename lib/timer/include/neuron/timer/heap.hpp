// SPDX-License-Identifier: MIT
// A 4-ary heap of numbered items, each of which knows its place: the first is at hand, and any one
// goes in, moves or goes out in O(log n). Owner only.
#pragma once

#include <neuron/core/check.hpp>

#include <array>
#include <cstdint>

namespace neuron::timer {

/// Where an item stands: by its key and, where the heap keeps equal keys in order, by `tie`.
struct Rank {
    std::uint64_t key = 0;
    std::uint64_t tie = 0; ///< see Tie; no two are the same
};

/// The number of arming, above the number of the item. Items of equal keys come out as they were
/// armed, for 2^44 arms of one CPU: half a year of a million a second.
class Tie {
  public:
    static constexpr unsigned item_bits = 20;
    static constexpr std::uint64_t of(std::uint64_t sequence, std::uint32_t item) {
        return sequence << item_bits | item;
    }
    static constexpr std::uint32_t item_of(const Rank& rank) {
        return static_cast<std::uint32_t>(rank.tie & ((1U << item_bits) - 1));
    }
    static constexpr std::uint64_t sequence_of(const Rank& rank) { return rank.tie >> item_bits; }
};

/// Items 0 to Capacity - 1. InOrder: equal keys come out as they were armed; else in any order. All
/// zeros is an empty heap.
template <std::size_t Capacity, bool InOrder>
class Heap {
    static_assert(Capacity >= 1 && Capacity <= std::size_t{1} << Tie::item_bits);

  public:
    [[nodiscard]] bool is_empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool contains(std::uint32_t item) const { return places_[item] != 0; }
    /// The heap is not empty.
    [[nodiscard]] const Rank& first() const { return ranks_[0]; }
    /// The item is in.
    [[nodiscard]] const Rank& rank_of(std::uint32_t item) const {
        return ranks_[std::size_t{places_[item]} - 1];
    }

    /// The item is not in.
    void insert(const Rank& rank) { rise(size_++, rank); }
    /// The item is in.
    void remove(std::uint32_t item) {
        const std::size_t hole = std::size_t{places_[item]} - 1;
        places_[item] = 0;
        if (hole == --size_)
            return;
        const Rank last = ranks_[size_];
        if (hole != 0 && is_before(last, ranks_[(hole - 1) / arity]))
            rise(hole, last);
        else
            sink(hole, last);
    }

  private:
    static constexpr std::size_t arity = 4;

    static bool is_before(const Rank& a, const Rank& b) {
        if constexpr (InOrder)
            return a.key < b.key || (a.key == b.key && a.tie < b.tie);
        else
            return a.key < b.key;
    }
    void put(std::size_t place, const Rank& rank) {
        ranks_[place] = rank;
        places_[Tie::item_of(rank)] = static_cast<std::uint32_t>(place + 1);
    }
    /// Puts it there or further up.
    void rise(std::size_t place, const Rank& rank) {
        while (place != 0) {
            const std::size_t parent = (place - 1) / arity;
            if (!is_before(rank, ranks_[parent]))
                break;
            put(place, ranks_[parent]);
            place = parent;
        }
        put(place, rank);
    }
    /// The one of `count` children that comes before the others.
    static const Rank* least(const Rank* children, std::size_t count) {
        const Rank* best = children;
        for (std::size_t i = 1; i < count; ++i)
            if (is_before(children[i], *best))
                best = children + i;
        return best;
    }
    /// Puts it there or further down.
    void sink(std::size_t place, const Rank& rank) {
        for (;;) {
            const std::size_t child = arity * place + 1;
            const Rank* const children = ranks_.data() + child;
            const Rank* best = nullptr;
            if (child + arity <= size_) // nearly always: a loop of known length
                best = least(children, arity);
            else if (child < size_)
                best = least(children, size_ - child);
            if (best == nullptr || !is_before(*best, rank))
                break;
            put(place, *best);
            place = child + static_cast<std::size_t>(best - children);
        }
        put(place, rank);
    }

    std::size_t size_ = 0;
    std::array<std::uint32_t, Capacity> places_{}; ///< of each item, from 1 on; 0: it is not in
    std::array<Rank, Capacity> ranks_{};
};

} // namespace neuron::timer
