// SPDX-License-Identifier: MIT
// What ReadyQueue does, said as simply as it can be: one list of all that wait, looked through.
#pragma once

#include <neuron/sched-qos/ready_queue.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace qos_test {

using namespace neuron;
using core::QosClass;

struct Task : core::Linked<Task> {
    sched::Standing standing{.qos = QosClass::Normal, .share = sched::default_share};
};
using Queue = sched_qos::ReadyQueue<Task>;
using Fair = sched_qos::FairQueue<Task>;

/// A virtual time in 2^-44 slots; it never ends.
__extension__ using Wide = unsigned __int128;

class Model {
  public:
    Model(std::uint64_t slice, std::uint64_t patience) : slice_(slice), patience_(patience) {}

    void observe(std::uint64_t now) { now_ = now; }
    void end_turn(Task* running) {
        if (running != nullptr) {
            Known& own = of(*running);
            own.used += now_ - began_;
            if (waits(from_))
                own.time += std::min(Wide{own.cost} * (now_ - mark_[from_]), Wide{63} << 44);
            mark_[from_] = now_;
        }
        began_ = now_;
        overdue_ = find_overdue();
    }
    void enqueue(Task& task) {
        const auto rank = static_cast<std::size_t>(task.standing.qos);
        Known& own = of(task);
        if (own.rank != rank) {
            forget(task);
            const std::uint64_t ahead = std::min<std::uint64_t>(slot_of(own), 63);
            own.time = (Wide{slot_[rank] + ahead} << 44) + part_of(own);
            own.rank = rank;
            own.cost = Fair::cost_of_tick(task.standing.share, slice_);
        }
        if (own.time >> 44 < slot_[rank]) // what is left of its slot counts in this one
            own.time = (Wide{slot_[rank]} << 44) + part_of(own);
        if (!waits(rank))
            mark_[rank] = now_;
        waiting_.push_back(&task);
    }
    Task* dequeue() {
        if (waiting_.empty())
            return nullptr;
        from_ = next_rank();
        mark_before_ = mark_[from_];
        was_overdue_ = overdue_ != none;
        taken_at_ = now_;
        Task* const task = first_of(from_);
        std::erase(waiting_, task);
        overdue_ = none;
        slot_[from_] = static_cast<std::uint64_t>(of(*task).time >> 44);
        mark_[from_] = now_;
        return task;
    }
    /// Whom dequeue() gave leaves: the turn is not that one's.
    void skip() {
        if (!was_overdue_)
            return;
        mark_[from_] = mark_before_;
        overdue_ = find_overdue();
    }
    Task& rotate(Task& running) {
        enqueue(running);
        return *dequeue();
    }
    void remove(Task& task) {
        std::erase(waiting_, &task);
        if (overdue_ != none && !waits(overdue_))
            overdue_ = none;
    }
    /// Its time is what it is ahead of its class.
    void forget(const Task& task) {
        Known& own = of(task);
        if (own.rank == none)
            return;
        const std::uint64_t ahead = slot_of(own) - std::min(slot_of(own), slot_[own.rank]);
        own.time = (Wide{ahead} << 44) + part_of(own);
        own.rank = none;
    }
    /// It keeps what its class had waited for.
    template <class Change>
    void requeue(Task& task, Change change) {
        const std::uint64_t mark = mark_[static_cast<std::size_t>(task.standing.qos)];
        remove(task);
        change();
        enqueue(task);
        std::uint64_t& its = mark_[static_cast<std::size_t>(task.standing.qos)];
        its = std::min(its, mark);
    }
    [[nodiscard]] Task* front() { return waiting_.empty() ? nullptr : first_of(next_rank()); }
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }
    [[nodiscard]] bool outranks(const Task& running) const {
        const bool is_promised = was_overdue_ && now_ - taken_at_ < slice_;
        return !is_promised && std::ranges::any_of(waiting_, [&](const Task* task) {
            return task->standing.qos > running.standing.qos;
        });
    }
    [[nodiscard]] bool has(const Task& task) const {
        return std::ranges::find(waiting_, &task) != waiting_.end();
    }
    [[nodiscard]] std::uint64_t used_of(const Task& task) { return of(task).used; }

  private:
    static constexpr std::size_t none = core::qos_classes;
    struct Known {
        const Task* task;
        std::uint64_t used = 0;
        std::uint64_t cost = 0;
        std::size_t rank = none; ///< whose time this is
        Wide time = 0;
    };
    static std::uint64_t slot_of(const Known& known) {
        return static_cast<std::uint64_t>(known.time >> 44);
    }
    static Wide part_of(const Known& known) { return known.time & ((Wide{1} << 44) - 1); }
    Known& of(const Task& task) {
        for (Known& each : known_)
            if (each.task == &task)
                return each;
        return known_.emplace_back(&task);
    }
    [[nodiscard]] bool waits(std::size_t rank) const {
        return std::ranges::any_of(waiting_, [&](const Task* task) {
            return static_cast<std::size_t>(task->standing.qos) == rank;
        });
    }
    [[nodiscard]] std::size_t top() const {
        std::size_t rank = core::qos_classes - 1;
        while (rank > 0 && !waits(rank))
            --rank;
        return rank;
    }
    /// The class that has waited longest among those that are overdue.
    [[nodiscard]] std::size_t find_overdue() const {
        std::size_t next = none;
        for (std::size_t rank = 0; rank < core::qos_classes; ++rank)
            if (waits(rank) && now_ - mark_[rank] >= patience_ &&
                (next == none || mark_[rank] < mark_[next]))
                next = rank;
        return next;
    }
    [[nodiscard]] std::size_t next_rank() const { return overdue_ != none ? overdue_ : top(); }
    [[nodiscard]] Task* first_of(std::size_t rank) {
        Task* first = nullptr;
        for (Task* task : waiting_)
            if (static_cast<std::size_t>(task->standing.qos) == rank &&
                (first == nullptr || of(*task).time >> 44 < of(*first).time >> 44))
                first = task;
        return first;
    }

    std::uint64_t slice_, patience_, now_ = 0, began_ = 0;
    std::uint64_t mark_before_ = 0,
                  taken_at_ = 0; ///< of who was taken last: of its class, and when
    bool was_overdue_ = false;
    std::size_t from_ = 0;
    std::size_t overdue_ = none; ///< has the next turn
    std::array<std::uint64_t, core::qos_classes> mark_{};
    std::array<std::uint64_t, core::qos_classes> slot_{}; ///< of who was taken last
    std::vector<Task*> waiting_;                          ///< in the order in which they came
    std::vector<Known> known_;
};

} // namespace qos_test
