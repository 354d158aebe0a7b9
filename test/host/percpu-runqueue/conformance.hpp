// SPDX-License-Identifier: MIT
// What every run queue must do, whatever its policy: run with tasks that the policy takes for
// equal. A program that tests another queue includes this too.
#pragma once

#include <neuron/percpu-runqueue/run_queue.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace run_queue_test {

/// A queue and its tasks; `make()` makes a task, all of them equals.
template <class Queue, class Task, class Make>
class Conformance {
    static_assert(neuron::percpu_runqueue::RunQueueLike<Queue, Task>);

  public:
    explicit Conformance(Make make) {
        while (tasks_.size() < 6)
            tasks_.push_back(make());
    }

    /// The first rule that the queue breaks; nothing if it keeps them all.
    [[nodiscard]] std::string broken_rule() {
        for (auto rule : {&Conformance::starts_empty, &Conformance::keeps_order,
                          &Conformance::gives_up_its_middle, &Conformance::yields_in_turn,
                          &Conformance::shows_the_last_first, &Conformance::agrees_with_a_model}) {
            Queue queue;
            const std::string broken = (this->*rule)(queue);
            while (queue.dequeue() != nullptr) {
            }
            if (!broken.empty())
                return broken;
        }
        return {};
    }

  private:
    std::string starts_empty(Queue& queue) {
        if (!queue.is_empty() || queue.size() != 0 || queue.front() != nullptr)
            return "a new queue is empty";
        if (queue.dequeue() != nullptr || !queue.is_empty())
            return "an empty queue has no task to give";
        return {};
    }

    std::string keeps_order(Queue& queue) {
        for (auto& each : tasks_)
            queue.enqueue(*each);
        if (queue.size() != tasks_.size() || queue.is_empty())
            return "it counts its tasks";
        for (auto& each : tasks_) {
            if (queue.front() != each.get())
                return "front is the task that came first";
            if (queue.dequeue() != each.get())
                return "the task that came first leaves first";
        }
        return queue.is_empty() ? "" : "it is empty when all have left";
    }

    std::string shows_the_last_first(Queue& queue) {
        for (auto& each : tasks_)
            queue.enqueue(*each);
        for (std::size_t wanted = 1; wanted <= tasks_.size(); ++wanted) {
            std::size_t seen = 0;
            bool is_right = true;
            queue.visit_last_first([&](Task& task) {
                ++seen;
                is_right = is_right && &task == tasks_[tasks_.size() - seen].get();
                return seen < wanted;
            });
            if (!is_right || seen != wanted)
                return "the ones that came last are shown first, as many as are wanted";
        }
        return queue.size() == tasks_.size() ? "" : "to look changes nothing";
    }

    std::string gives_up_its_middle(Queue& queue) {
        for (auto& each : tasks_)
            queue.enqueue(*each);
        for (const std::size_t gone : {2U, 0U, 5U}) // the middle, the first, the last
            queue.remove(*tasks_[gone]);
        for (const std::size_t left : {1U, 3U, 4U})
            if (queue.dequeue() != tasks_[left].get())
                return "the others keep their order when one is removed";
        queue.enqueue(*tasks_[2]);
        if (queue.size() != 1 || queue.dequeue() != tasks_[2].get())
            return "a task that was removed can come again";
        return {};
    }

    std::string yields_in_turn(Queue& queue) {
        Task* running = tasks_[0].get();
        if (&neuron::percpu_runqueue::yield_to_next(queue, *running) != running ||
            !queue.is_empty())
            return "a task that is alone yields to itself";
        for (std::size_t other = 1; other < tasks_.size(); ++other)
            queue.enqueue(*tasks_[other]);
        for (std::size_t turn = 1; turn <= 3 * tasks_.size(); ++turn) {
            running = &neuron::percpu_runqueue::yield_to_next(queue, *running);
            if (running != tasks_[turn % tasks_.size()].get())
                return "tasks that yield run in turn";
        }
        return {};
    }

    std::string agrees_with_a_model(Queue& queue) {
        std::mt19937 random{1};
        std::deque<Task*> model;
        for (int step = 0; step < 20'000; ++step) {
            Task* task = tasks_[random() % tasks_.size()].get();
            const auto place = std::find(model.begin(), model.end(), task);
            if (random() % 4 == 0) {
                Task* expected = model.empty() ? nullptr : model.front();
                if (queue.dequeue() != expected)
                    return "it does what a std::deque does: dequeue";
                if (expected != nullptr)
                    model.pop_front();
            } else if (place == model.end() && random() % 2 == 0) {
                model.push_back(task);
                if (&queue.rotate(*task) != model.front())
                    return "it does what a std::deque does: rotate";
                model.pop_front();
            } else if (place == model.end()) {
                queue.enqueue(*task);
                model.push_back(task);
            } else if (random() % 2 == 0) {
                queue.remove(*task);
                model.erase(place);
            }
            if (queue.size() != model.size() || queue.is_empty() != model.empty() ||
                queue.front() != (model.empty() ? nullptr : model.front()))
                return "it does what a std::deque does";
        }
        return {};
    }

    std::vector<std::unique_ptr<Task>> tasks_;
};

/// The first rule that Queue breaks with the tasks of make() -> unique_ptr<Task>.
template <class Queue, class Task, class Make>
std::string broken_rule(Make make) {
    return Conformance<Queue, Task, Make>(make).broken_rule();
}

} // namespace run_queue_test
