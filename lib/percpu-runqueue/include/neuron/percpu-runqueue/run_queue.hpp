// SPDX-License-Identifier: MIT
// The tasks that one CPU has ready. Only that CPU touches its queue, with interrupts masked, so
// there is no atomic: kernel code wraps it in percpu::PerCpu<RunQueue<T>, core::IrqOff>. A task
// brings its own links, so nothing here can fail; what can be refused is the slot that a task needs
// before it may come (admission.hpp).
#pragma once

#include <neuron/core/list.hpp>

#include <concepts>
#include <cstddef>

namespace neuron::percpu_runqueue {

/// What a scheduler asks of a queue of Ts, whatever its policy. `dequeue` and `front` answer
/// nullptr when the queue is empty; which task they choose is the policy, but they choose the same
/// one. `rotate` is to enqueue a task and then to dequeue one. Of tasks that the policy takes for
/// equal the one that came first goes first. `visit_last_first` shows the tasks to a function,
/// of equals those that would run last first, until it answers false; it changes nothing. Every
/// call is bounded.
template <class Q, class T>
concept RunQueueLike = std::default_initializable<Q> && !std::move_constructible<Q> &&
                       requires(Q queue, const Q seen, T& task) {
                           { queue.enqueue(task) } -> std::same_as<void>;
                           { queue.dequeue() } -> std::same_as<T*>;
                           { queue.rotate(task) } -> std::same_as<T&>;
                           { queue.remove(task) } -> std::same_as<void>;
                           { queue.front() } -> std::same_as<T*>;
                           queue.visit_last_first([](T&) { return true; });
                           { seen.is_empty() } -> std::same_as<bool>;
                           { seen.size() } -> std::same_as<std::size_t>;
                       };

/// First in, first out; each call is O(1). T derives from core::Linked<T, Tag>. INV-RUNQUEUE-1: a
/// task is in one queue at most and leaves it once, or the image ends (core::List).
template <class T, class Tag = void>
class RunQueue {
  public:
    RunQueue() = default;
    RunQueue(const RunQueue&) = delete;
    RunQueue& operator=(const RunQueue&) = delete;

    /// `task` is in no queue. INV-RUNQUEUE-2: behind all that are here.
    void enqueue(T& task) { tasks_.push_back(task); }
    /// Takes out the one that waits longest.
    [[nodiscard]] T* dequeue() { return tasks_.pop_front(); }
    /// Takes out `task`, which is in this queue; the others keep their order.
    void remove(T& task) { tasks_.remove(task); }

    /// enqueue(running), then dequeue().
    [[nodiscard]] T& rotate(T& running) {
        return tasks_.is_empty() ? running : tasks_.rotate(running);
    }

    /// visit(T&), the newest first, as long as it answers true.
    template <class Visit>
    void visit_last_first(Visit visit) {
        for (T* task = tasks_.back(); task != nullptr && visit(*task);)
            task = tasks_.before(*task);
    }

    /// The one that dequeue() would take.
    [[nodiscard]] T* front() { return tasks_.front(); }
    [[nodiscard]] bool is_empty() const { return tasks_.is_empty(); }
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }

  private:
    core::List<T, Tag> tasks_;
};

/// `running`, which is in no queue, goes behind its equals; the answer runs next. It is `running`
/// itself if there is nobody else, so there always is one.
template <class T, RunQueueLike<T> Q>
[[nodiscard]] T& yield_to_next(Q& queue, T& running) {
    return queue.rotate(running);
}

} // namespace neuron::percpu_runqueue
