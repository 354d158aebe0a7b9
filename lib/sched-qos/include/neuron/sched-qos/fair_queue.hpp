// SPDX-License-Identifier: MIT
// The tasks of one class that are ready on one CPU, which share its time. Each has a virtual time,
// which goes on while it runs, the slower the greater its share is; who is least far runs next. To
// find that one costs the same however many there are: time is cut into slots, a wheel has a list
// for each of the next 64, and a bit of a word says which are not empty. In one slot they take
// turns.
#pragma once

#include <neuron/core/list.hpp>
#include <neuron/sched/standing.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace neuron::sched_qos {

/// Where a task keeps its sched::Standing, if it is a member of that name.
struct InMember {
    static sched::Standing& standing(auto& task) { return task.standing; }
};

/// T derives from core::Linked<T>; `Of::standing(task)` is its sched::Standing. Of tasks whose
/// virtual time is in the same slot, the one that came first goes first. Every call is O(1).
template <class T, class Of = InMember>
class FairQueue {
  public:
    /// How many slots the wheel has.
    static constexpr unsigned slots = 64;
    /// A task of default share goes through a slot in so many slices.
    static constexpr unsigned slices_in_slot = 4;

    /// What a tick adds to the virtual time of a task with that share, in 2^-44 slots. `slice`: in
    /// ticks, 1 to 10^10.
    static constexpr std::uint64_t cost_of_tick(std::uint32_t share, std::uint64_t slice) {
        const std::uint64_t ticks = std::max<std::uint64_t>(1, slices_in_slot * slice * share);
        return ((std::uint64_t{sched::default_share} << slot_bits) + ticks / 2) / ticks;
    }

    [[nodiscard]] bool is_empty() const { return occupied_ == 0; }

    /// `task` is in no queue. Behind those of its slot. INV-QOS-2: time that it did not want is not
    /// kept for it: it begins no earlier than who runs now.
    void enqueue(T& task, std::uint64_t slice) {
        sched::Standing& own = Of::standing(task);
        if (own.clock != this) [[unlikely]]
            join(own, slice);
        if (own.slot - present_ >= slots) [[unlikely]] // it is from before
            own.slot = present_;
        core::List<T>& its = list(own.slot);
        if (its.is_empty())
            occupied_ |= bit(own.slot);
        its.push_back(task);
    }

    /// The one that dequeue() would take; nullptr if there is none.
    [[nodiscard]] T* front() { return is_empty() ? nullptr : list(first_slot()).front(); }

    /// There is one.
    [[nodiscard]] T* dequeue() {
        core::List<T>* its = &list(present_);
        if (its->is_empty()) [[unlikely]] {
            present_ = first_slot();
            its = &list(present_);
        }
        T* const task = its->pop_front();
        if (its->is_empty())
            occupied_ &= ~bit(present_);
        return task;
    }

    /// Takes a task, which is in no queue, from its clock, on its CPU: its slot says how far it is
    /// ahead.
    static void leave(sched::Standing& own) {
        if (own.clock == nullptr)
            return;
        // SAFETY: only join sets a clock, and each is a FairQueue of this CPU until leave.
        const auto& clock = *static_cast<const FairQueue*>(own.clock);
        own.slot = own.slot > clock.present_ ? own.slot - clock.present_ : 0;
        own.clock = nullptr;
    }

    /// Whether `task` would come in behind the one that dequeue() would take, in its slot.
    [[nodiscard]] bool is_in_turn(T& task) {
        const sched::Standing& own = Of::standing(task);
        return own.clock == this && own.slot == present_ && !list(present_).is_empty();
    }
    /// One that is in turn comes in, and that other one goes out.
    [[nodiscard]] T& rotate(T& task) { return list(present_).rotate(task); }

    /// Takes out `task`, which is in this queue.
    void remove(T& task) {
        const std::uint64_t slot = Of::standing(task).slot;
        list(slot).remove(task);
        if (list(slot).is_empty())
            occupied_ &= ~bit(slot);
    }

    /// visit(T&), the last ones first, as long as it answers true; whether all were visited.
    template <class Visit>
    bool visit_last_first(Visit& visit) {
        std::uint64_t left = std::rotr(occupied_, static_cast<int>(present_ % slots));
        while (left != 0) {
            const unsigned ahead = slots - 1 - static_cast<unsigned>(std::countl_zero(left));
            left &= ~(std::uint64_t{1} << ahead);
            core::List<T>& its = list(present_ + ahead);
            for (T* task = its.back(); task != nullptr; task = its.before(*task))
                if (!visit(*task))
                    return false;
        }
        return true;
    }

    /// `task`, the last one that was dequeued, has run for so many ticks. No further than the wheel
    /// reaches: of a turn that is longer the rest is forgotten.
    static void charge(T& task, std::uint64_t ticks) {
        sched::Standing& own = Of::standing(task);
        std::uint64_t cost = 0;
        if (__builtin_mul_overflow(own.cost, ticks, &cost) || cost > longest) [[unlikely]]
            cost = longest;
        own.part += cost;
        own.slot += own.part >> slot_bits;
        own.part &= (std::uint64_t{1} << slot_bits) - 1;
    }

  private:
    static constexpr unsigned slot_bits = 44;
    static constexpr std::uint64_t longest = std::uint64_t{slots - 1} << slot_bits;

    [[nodiscard]] core::List<T>& list(std::uint64_t slot) { return lists_[slot % slots]; }
    static constexpr std::uint64_t bit(std::uint64_t slot) {
        return std::uint64_t{1} << slot % slots;
    }
    /// The first that is not empty; there is one.
    [[nodiscard]] std::uint64_t first_slot() const {
        const auto from_here = std::rotr(occupied_, static_cast<int>(present_ % slots));
        return present_ + static_cast<unsigned>(std::countr_zero(from_here));
    }

    /// It is as far ahead as it was where it comes from, also if that is its parent: neither one
    /// that goes to and fro nor a chain of new tasks is before its time.
    void join(sched::Standing& own, std::uint64_t slice) {
        leave(own);
        own.slot = present_ + std::min<std::uint64_t>(own.slot, slots - 1);
        own.clock = this;
        own.cost = cost_of_tick(own.share, slice);
    }

    std::uint64_t present_ = 0;  ///< the slot of who was taken last, counted without end
    std::uint64_t occupied_ = 0; ///< bit n: list n is not empty
    std::array<core::List<T>, slots> lists_; ///< slot n is in list n % slots
};

} // namespace neuron::sched_qos
