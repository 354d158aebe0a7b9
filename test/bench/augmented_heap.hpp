// SPDX-License-Identifier: MIT
// What lib/timer could have had: one heap by deadline, 4 children to each node, whose nodes also
// know the earliest latest time among themselves and all below. Half the memory for nodes; but each
// move has to look at four children once more. As neuron/timer/deadlines.hpp is used.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace timer_queues {

/// Timers 0 to Capacity - 1, in ticks of any clock. Coalescing false: windows are 0. All zeros is
/// an empty queue.
template <std::size_t Capacity, bool Coalescing>
class AugmentedHeap {
    static_assert(Capacity >= 1 && Capacity < std::numeric_limits<std::uint32_t>::max());

  public:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    [[nodiscard]] bool contains(std::uint32_t timer) const { return timers_[timer].place != 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// The timer is not in; deadline + window < never.
    void insert(std::uint32_t timer, std::uint64_t deadline, std::uint32_t window) {
        timers_[timer].sequence = sequence_++;
        timers_[timer].window = Coalescing ? window : 0;
        tell_above(rise(size_++, {deadline, timers_[timer].window, timer}));
    }
    /// The timer is in.
    void remove(std::uint32_t timer) {
        const std::size_t hole = std::size_t{timers_[timer].place} - 1;
        timers_[timer].place = 0;
        const Node last = nodes_[--size_];
        look_again_above(size_);
        if (hole == size_)
            return;
        const bool up = hole != 0 && is_before(last, nodes_[parent_of(hole)]);
        look_again_above(up ? rise(hole, last) : sink(hole, last));
    }

    /// When the next interrupt has to come; never if no timer is in.
    [[nodiscard]] std::uint64_t next_interrupt() const {
        return size_ == 0 ? never : nodes_[0].earliest();
    }
    /// Of the timers whose deadline has come, the one with the earliest; of equals the one that was
    /// armed first. INV-TIMER-1: no other. INV-TIMER-7: in this order, whatever the order of
    /// arming.
    [[nodiscard]] std::optional<std::uint32_t> first_due(std::uint64_t now) const {
        if (size_ == 0 || nodes_[0].deadline > now)
            return {};
        return nodes_[0].timer;
    }

  private:
    static constexpr std::size_t arity = 4;

    struct Node {
        std::uint64_t deadline = 0;
        std::uint32_t slack = 0; ///< from deadline to the earliest latest time here and below
        std::uint32_t timer = 0;
        [[nodiscard]] std::uint64_t earliest() const { return deadline + slack; }
    };
    struct Timer {
        std::uint32_t place = 0; ///< of its node, from 1 on; 0: it is not in
        std::uint32_t window = 0;
        std::uint64_t sequence = 0;
    };

    static constexpr std::size_t parent_of(std::size_t place) { return (place - 1) / arity; }
    static constexpr std::size_t first_child_of(std::size_t place) { return arity * place + 1; }

    [[nodiscard]] bool is_before(const Node& a, const Node& b) const {
        return a.deadline < b.deadline ||
               (a.deadline == b.deadline && timers_[a.timer].sequence < timers_[b.timer].sequence);
    }
    void put(std::size_t place, const Node& node) {
        nodes_[place] = node;
        timers_[node.timer].place = static_cast<std::uint32_t>(place + 1);
    }

    /// Calls use(child) for the children of a place.
    template <class Use>
    void for_children(std::size_t place, Use use) const {
        const std::size_t child = first_child_of(place);
        if (child + arity <= size_) // nearly always: a loop of known length
            for (std::size_t i = 0; i < arity; ++i)
                use(nodes_[child + i]);
        else
            for (std::size_t i = child; i < size_; ++i)
                use(nodes_[i]);
    }

    /// Says anew what the earliest latest time is, here and below; whether that has changed.
    bool look_again(std::size_t place) {
        if constexpr (!Coalescing)
            return false;
        Node& node = nodes_[place];
        std::uint64_t slack = timers_[node.timer].window;
        for_children(place, [&](const Node& child) {
            if (const std::uint64_t other = child.earliest() - node.deadline; other < slack)
                slack = other;
        });
        const bool changed = slack != node.slack;
        node.slack = static_cast<std::uint32_t>(slack); // its own window at most
        return changed;
    }
    /// Every node from a place up to another one has moved.
    void look_again_between(std::size_t low, std::size_t high) {
        if constexpr (!Coalescing)
            return;
        for (; low != high; low = parent_of(low))
            (void)look_again(low);
        (void)look_again(high);
    }
    /// Something has gone from here, or come.
    void look_again_above(std::size_t place) {
        while (place != 0 && look_again(place = parent_of(place)))
            continue;
    }
    /// The node at `place` is new there, and what stands above has not heard of it.
    void tell_above(std::size_t place) {
        if constexpr (!Coalescing)
            return;
        const std::uint64_t earliest = nodes_[place].earliest();
        while (place != 0) {
            place = parent_of(place);
            if (nodes_[place].earliest() <= earliest)
                break;
            nodes_[place].slack = static_cast<std::uint32_t>(earliest - nodes_[place].deadline);
        }
    }

    /// Puts it there or further up, and says where.
    std::size_t rise(std::size_t place, const Node& node) {
        const std::size_t lowest = place;
        while (place != 0 && is_before(node, nodes_[parent_of(place)])) {
            put(place, nodes_[parent_of(place)]);
            place = parent_of(place);
        }
        put(place, node);
        if (place != lowest)
            look_again_between(lowest, place);
        return place;
    }
    /// Puts it there or further down, and says where it was to be.
    std::size_t sink(std::size_t place, const Node& node) {
        const std::size_t highest = place;
        for (;;) {
            const Node* best = &node;
            for_children(place, [&](const Node& child) {
                if (is_before(child, *best))
                    best = &child;
            });
            if (best == &node)
                break;
            const auto next = static_cast<std::size_t>(best - nodes_.data());
            put(place, *best);
            place = next;
        }
        put(place, node);
        look_again_between(place, highest);
        return highest;
    }

    std::size_t size_ = 0;
    std::uint64_t sequence_ = 0;
    std::array<Node, Capacity> nodes_{};
    std::array<Timer, Capacity> timers_{};
};

} // namespace timer_queues
