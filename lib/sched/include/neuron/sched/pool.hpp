// SPDX-License-Identifier: MIT
// The tasks that one CPU has room for, each with a stack. Any CPU takes a place and gives it back.
//
//   FreeList: places that were used before, the last one first
//   head_ = how often it was changed, and the first place + 1; each place names the next
//
//   take: read head, then the first place's next, then compare-exchange head. If the first place
//   was taken and came back in between, its next may be another: the count says so.
#pragma once

#include <neuron/sched/task.hpp>

#include <optional>

namespace neuron::sched {

/// Free places by number; `next_of(number)` is the word of a place that names the next one.
class FreeList {
  public:
    /// INV-SCHED-6: a place is taken by one at a time. Places below `count` that were never taken
    /// come when none that was is free.
    template <class NextOf>
    [[nodiscard]] std::optional<std::uint32_t> take(std::uint32_t count, NextOf next_of) {
        // Acquire: pairs with give_back, so that next_of's word is what it wrote.
        std::uint64_t seen = head_.load(core::acquire);
        while (static_cast<std::uint32_t>(seen) != 0) {
            const std::uint32_t first = static_cast<std::uint32_t>(seen) - 1;
            const std::uint32_t next = next_of(first).load(core::relaxed); // checked by the count
            // Acquire: pairs with give_back: who had the place is done with it.
            if (head_.compare_exchange(seen, after(seen, next), core::acquire, core::acquire))
                return first;
        }
        std::uint32_t fresh = fresh_.load(core::relaxed); // a number and no more
        while (fresh < count)
            if (fresh_.compare_exchange(fresh, fresh + 1, core::relaxed, core::relaxed))
                return fresh;
        return {};
    }

    /// Once for each that was taken.
    template <class NextOf>
    void give_back(std::uint32_t place, NextOf next_of) {
        std::uint64_t seen = head_.load(core::relaxed); // a first guess
        do
            next_of(place).store(static_cast<std::uint32_t>(seen),
                                 core::relaxed); // published below
        while (!head_.compare_exchange(seen, after(seen, place + 1), core::release, core::relaxed));
        // Release: pairs with take.
    }

  private:
    static constexpr std::uint64_t after(std::uint64_t seen, std::uint32_t first) {
        return ((seen >> 32) + 1) << 32 | first;
    }

    core::Atomic<std::uint64_t> head_{0};
    core::Atomic<std::uint32_t> fresh_{0}; ///< places from here on were never taken

  public:
    using neuron_members = core::Members<FreeList, &FreeList::head_, &FreeList::fresh_>;
};

/// A task and what others may know of it.
struct alignas(64) Place {
    TaskSlot slot;
    Task task;
};

/// The size of a task's stack.
enum class StackSize : std::uint32_t {
    Normal, ///< 2^CONFIG_STACK_SHIFT bytes
    Large,  ///< 2^CONFIG_SCHED_LARGE_SHIFT
};

/// Places 0 to Normal - 1 have normal stacks, the others large ones.
template <std::uint32_t Normal, std::uint32_t Large>
class Pool {
  public:
    static constexpr std::uint32_t size = Normal + Large;

    [[nodiscard]] std::optional<std::uint32_t> take(StackSize stack) {
        if (stack == StackSize::Normal)
            return normal_.take(Normal, next_from(0));
        const auto place = large_.take(Large, next_from(Normal));
        return place ? std::optional(Normal + *place) : std::nullopt;
    }
    void give_back(std::uint32_t place) {
        if (place < Normal)
            normal_.give_back(place, next_from(0));
        else
            large_.give_back(place - Normal, next_from(Normal));
    }

    /// `place` is below size. Its slot is everybody's, its task its owner's.
    [[nodiscard]] Place& operator[](std::uint32_t place) { return places_[place]; }

  private:
    auto next_from(std::uint32_t first) {
        return [this, first](std::uint32_t place) -> core::Atomic<std::uint32_t>& {
            return places_[first + place].slot.next_free;
        };
    }

    std::array<Place, size> places_{};
    FreeList normal_;
    FreeList large_;
};

} // namespace neuron::sched

// SAFETY: Tasks are not derived; each is touched by its owner alone (INV-SCHED-5), who has it from
// take() or by a hand-over that orders. All else is Synchronized.
template <std::uint32_t Normal, std::uint32_t Large>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sched::Pool<Normal, Large>> = true;
