// SPDX-License-Identifier: MIT
// When what is due, and when to interrupt for it. A timer may fire anywhere between its deadline
// and its latest time, deadline + window; an interrupt comes at the earliest of the latest times
// and takes every timer whose deadline has come by then:
//
//   a   [-----|              deadline [ to latest |
//   b      [--------|
//   c             [-----|
//             ^         ^    two interrupts: a and b, c
//
// Why no policy has fewer: the timer that brought an interrupt had not been due at the one before,
// or it would have fired then. So the intervals of the timers that brought the interrupts are
// pairwise disjoint, and no two of them can be served by one (INV-TIMER-5). That holds if an
// interrupt takes no time and fires all that is due.
//
// Two heaps, one by deadline and one by latest time: O(1) to look, O(log n) to go in or out. Where
// windows are not used (Coalescing false) the second does not exist. docs/timer.md has the figures
// of this beside others. Owner only, no clock inside.
#pragma once

#include <neuron/timer/heap.hpp>

#include <limits>
#include <optional>

namespace neuron::timer {

namespace detail {

struct NoHeap {};

} // namespace detail

/// Timers 0 to Capacity - 1, in ticks of any clock. All zeros is an empty queue.
template <std::size_t Capacity, bool Coalescing>
class Deadlines {
  public:
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

    [[nodiscard]] bool contains(std::uint32_t timer) const { return by_deadline_.contains(timer); }
    [[nodiscard]] std::size_t size() const { return by_deadline_.size(); }

    /// The timer is not in; deadline + window < never.
    void insert(std::uint32_t timer, std::uint64_t deadline, std::uint64_t window) {
        const std::uint64_t tie = Tie::of(sequence_++, timer);
        by_deadline_.insert({deadline, tie});
        if constexpr (Coalescing)
            by_latest_.insert({deadline + window, tie});
    }
    /// The timer is in.
    void remove(std::uint32_t timer) {
        by_deadline_.remove(timer);
        if constexpr (Coalescing)
            by_latest_.remove(timer);
    }

    /// When the next interrupt has to come; never if no timer is in.
    [[nodiscard]] std::uint64_t next_interrupt() const {
        if (by_deadline_.is_empty())
            return never;
        return next().key;
    }
    /// How many timers have ever gone in.
    [[nodiscard]] std::uint64_t armed() const { return sequence_; }
    /// Whether the timer that the next interrupt comes for could have fired at `time`, when so many
    /// had ever gone in. There is one.
    [[nodiscard]] bool could_fire_before(std::uint64_t time, std::uint64_t armed) const {
        return Tie::sequence_of(next()) < armed &&
               by_deadline_.rank_of(Tie::item_of(next())).key <= time;
    }
    /// Of the timers whose deadline has come, the one with the earliest; of equals the one that was
    /// armed first. INV-TIMER-1: no other. INV-TIMER-7: in this order, whatever the order of
    /// arming.
    [[nodiscard]] std::optional<std::uint32_t> first_due(std::uint64_t now) const {
        if (by_deadline_.is_empty() || by_deadline_.first().key > now)
            return {};
        return Tie::item_of(by_deadline_.first());
    }

  private:
    [[nodiscard]] const Rank& next() const {
        if constexpr (Coalescing)
            return by_latest_.first();
        else
            return by_deadline_.first();
    }

    std::uint64_t sequence_ = 0;
    Heap<Capacity, true> by_deadline_;
    [[no_unique_address]] std::conditional_t<Coalescing, Heap<Capacity, false>, detail::NoHeap>
        by_latest_;
};

} // namespace neuron::timer
