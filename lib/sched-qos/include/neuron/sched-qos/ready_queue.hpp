// SPDX-License-Identifier: MIT
// What a CPU has ready: the highest class runs, its tasks by their shares (fair_queue.hpp); a lower
// one that has waited for long has a turn in between.
//
//   mark of a class: when it last ran, or began to have somebody waiting
//   due_: no class is overdue before that; the end of a turn compares with it, and looks only then
#pragma once

#include <neuron/sched-qos/fair_queue.hpp>

#include <algorithm>
#include <utility>

namespace neuron::sched_qos {

/// As percpu_runqueue::RunQueueLike says, in time that observe() tells, in ticks. A turn is what a
/// task runs from the end of one turn to the next. Every call is O(1), whatever is ready. All zeros
/// is an empty queue, to be configured before it is used.
template <class T, class Of = InMember>
class ReadyQueue {
  public:
    ReadyQueue() = default;
    ReadyQueue(const ReadyQueue&) = delete;
    ReadyQueue& operator=(const ReadyQueue&) = delete;

    /// A class is overdue when it has waited for `patience` slices.
    void configure(std::uint64_t slice, std::uint32_t patience) {
        slice_ = slice;
        patience_ = slice * patience;
    }
    /// What time it is, for the calls that follow. It never goes back.
    void observe(std::uint64_t now) { now_ = now; }

    /// The turn of `running` ends, which is in no queue; nullptr: the CPU was idle. INV-QOS-3: the
    /// class that has waited longest has the next turn, if that is `patience` slices.
    void end_turn(T* running) {
        if (now_ != began_)
            account(running);
        if (now_ >= due_) [[unlikely]]
            look();
    }

    /// Of `running`, from now on.
    void set_share(T& running, std::uint32_t share) {
        sched::Standing& its = Of::standing(running);
        its.share = share;
        its.cost = FairQueue<T, Of>::cost_of_tick(share, slice_);
    }
    /// Ticks that `running` has run for, with this turn.
    [[nodiscard]] std::uint64_t used_by_running(T& running) const {
        return Of::standing(running).used + (now_ - began_);
    }

    void enqueue(T& task) {
        Class& its = class_of(task);
        if (its.tasks.is_empty())
            note_first(its);
        its.tasks.enqueue(task, slice_);
        ++size_;
    }

    /// INV-QOS-1: of the highest class that is ready, unless one is overdue.
    [[nodiscard]] T* dequeue() {
        if (top_ == nullptr)
            return nullptr;
        Class* next = top_;
        promised_until_ = 0;
        if (overdue_ != nullptr) [[unlikely]] {
            next = std::exchange(overdue_, nullptr);
            waited_since_ = next->mark;
            promised_until_ = now_ + slice_;
        }
        from_ = next;
        next->mark = now_;
        T* const task = next->tasks.dequeue();
        --size_;
        if (next->tasks.is_empty())
            note_last(*next);
        return task;
    }

    /// Whom dequeue() gave last does not run: it leaves. INV-QOS-3: its class waits on, or the one
    /// that has waited longest then has that turn.
    void skip() {
        if (promised_until_ == 0) [[likely]]
            return; // the highest class: what is left of it is next
        from_->mark = waited_since_;
        look();
    }

    /// enqueue(running), then dequeue().
    [[nodiscard]] T& rotate(T& running) {
        Class& its = class_of(running);
        // Mostly it goes behind one of its own class and slot, which is the next.
        if (top_ == &its && overdue_ == nullptr && its.tasks.is_in_turn(running)) [[likely]] {
            from_ = &its;
            promised_until_ = 0;
            its.mark = now_;
            return its.tasks.rotate(running);
        }
        enqueue(running);
        return *dequeue();
    }

    /// Takes out `task`, which is in this queue, and of the class that it came with.
    void remove(T& task) {
        Class& its = class_of(task);
        its.tasks.remove(task);
        --size_;
        if (!its.tasks.is_empty())
            return;
        note_last(its);
        if (overdue_ == &its)
            overdue_ = nullptr;
    }

    /// The same for a task that stays, of the class that change() gives it. INV-QOS-3: it keeps
    /// what it has waited for.
    template <class Change>
    void requeue(T& task, Change change) {
        const std::uint64_t mark = class_of(task).mark;
        remove(task);
        change();
        enqueue(task);
        Class& its = class_of(task);
        its.mark = std::min(its.mark, mark);
        due_ = std::min(due_, its.mark + patience_);
    }
    /// `running` has made `child`, which is in no queue: it is as far ahead as its parent.
    void beget(T& running, T& child) {
        if (now_ != began_)
            account(&running);
        sched::Standing& its = Of::standing(child);
        const sched::Standing& parents = Of::standing(running);
        its.clock = parents.clock;
        its.slot = parents.slot;
        its.part = parents.part;
        FairQueue<T, Of>::leave(its);
    }
    /// `task`, which is in no queue, leaves for another CPU.
    void forget(T& task) { FairQueue<T, Of>::leave(Of::standing(task)); }

    [[nodiscard]] T* front() {
        return top_ == nullptr ? nullptr : (overdue_ != nullptr ? overdue_ : top_)->tasks.front();
    }
    [[nodiscard]] bool is_empty() const { return top_ == nullptr; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// visit(T&), the highest class first, in each those that would run last first, as long as it
    /// answers true.
    template <class Visit>
    void visit_last_first(Visit visit) {
        for (auto each = classes_.rbegin(); each != classes_.rend(); ++each)
            if (!each->tasks.visit_last_first(visit))
                return;
    }
    /// Whether somebody waits who is to run before `running`, at once.
    [[nodiscard]] bool outranks(T& running) {
        return top_ != nullptr && top_ > &class_of(running) && now_ >= promised_until_;
    }

  private:
    struct Class {
        FairQueue<T, Of> tasks;
        std::uint64_t mark = 0;
    };

    [[nodiscard]] Class& class_of(T& task) {
        return classes_[static_cast<std::uint32_t>(Of::standing(task).qos)];
    }

    /// Time has gone on since `running` began.
    void account(T* running) {
        if (running != nullptr) {
            Of::standing(*running).used += now_ - began_;
            // Only while others of the class wait: nobody owes for time that nobody wanted.
            if (!from_->tasks.is_empty())
                from_->tasks.charge(*running, now_ - from_->mark);
            from_->mark = now_;
        }
        began_ = now_;
    }

    /// One that had nobody has somebody; the other way round.
    void note_first(Class& its) {
        its.mark = now_;
        if (top_ == nullptr || &its > top_)
            top_ = &its;
    }
    void note_last(const Class& its) {
        if (&its != top_)
            return;
        while (top_ != nullptr && top_->tasks.is_empty())
            top_ = top_ != classes_.data() ? top_ - 1 : nullptr;
    }

    /// Which class is overdue for longest, and when to look again.
    [[gnu::noinline]] void look() {
        due_ = now_ + patience_; // of those that come later
        overdue_ = nullptr;
        for (Class& each : classes_) {
            if (each.tasks.is_empty())
                continue;
            due_ = std::min(due_, each.mark + patience_);
            if (now_ - each.mark >= patience_ &&
                (overdue_ == nullptr || each.mark < overdue_->mark))
                overdue_ = &each;
        }
    }

    std::uint64_t now_ = 0;
    std::uint64_t began_ = 0;          ///< the turn that goes on
    std::uint64_t due_ = 0;            ///< no class is overdue before
    Class* top_ = nullptr;             ///< the highest that has somebody
    Class* from_ = nullptr;            ///< whose task runs
    Class* overdue_ = nullptr;         ///< has the next turn, before higher ones
    std::uint64_t promised_until_ = 0; ///< the turn of one that was overdue is not cut short; or 0
    std::uint64_t waited_since_ = 0;   ///< its mark was that
    std::size_t size_ = 0;
    std::uint64_t slice_ = 0;
    std::uint64_t patience_ = 0;
    std::array<Class, core::qos_classes> classes_;
};

} // namespace neuron::sched_qos
