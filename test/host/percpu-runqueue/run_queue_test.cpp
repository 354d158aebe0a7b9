// SPDX-License-Identifier: MIT
#include <neuron/core/qos.hpp>
#include <neuron/core/send.hpp>
#include <neuron/percpu-runqueue/run_queue.hpp>

#include <array>
#include <doctest/doctest.h>

#include "../dies.hpp"
#include "conformance.hpp"

using namespace neuron;
using core::QosClass;
using host_test::last_words;
using percpu_runqueue::RunQueue;
using percpu_runqueue::RunQueueLike;
using percpu_runqueue::yield_to_next;

namespace {

struct Task : core::Linked<Task> {
    explicit Task(QosClass base = QosClass::Normal) : qos(base) {}
    QosClass qos;
};

std::unique_ptr<Task> make_task() {
    return std::make_unique<Task>();
}

/// A queue of another policy: higher classes first.
class ByClass {
  public:
    void enqueue(Task& task) { of(task).enqueue(task); }
    Task* dequeue() {
        Task* task = front();
        if (task != nullptr)
            remove(*task);
        return task;
    }
    Task& rotate(Task& task) {
        enqueue(task);
        return *dequeue();
    }
    void remove(Task& task) { of(task).remove(task); }
    Task* front() {
        for (auto queue = queues_.rbegin(); queue != queues_.rend(); ++queue)
            if (!queue->is_empty())
                return queue->front();
        return nullptr;
    }
    template <class Visit>
    void visit_last_first(Visit visit) {
        bool goes_on = true;
        for (auto queue = queues_.rbegin(); queue != queues_.rend(); ++queue)
            queue->visit_last_first([&](Task& task) { return goes_on = goes_on && visit(task); });
    }
    bool is_empty() const { return size() == 0; }
    std::size_t size() const {
        std::size_t sum = 0;
        for (const auto& queue : queues_)
            sum += queue.size();
        return sum;
    }

  private:
    RunQueue<Task>& of(const Task& task) { return queues_[static_cast<std::size_t>(task.qos)]; }
    std::array<RunQueue<Task>, core::qos_classes> queues_;
};

// Queues with one fault each.
struct LastFirst : RunQueue<Task> {
    core::List<Task> tasks;
    void enqueue(Task& task) { tasks.push_front(task); }
    Task* dequeue() { return tasks.pop_front(); }
    void remove(Task& task) { tasks.remove(task); }
    Task* front() { return tasks.front(); }
    bool is_empty() const { return tasks.is_empty(); }
    std::size_t size() const { return tasks.size(); }
};
struct Miscounts : RunQueue<Task> {
    std::size_t size() const { return is_empty() ? 0 : 1; }
};
struct FrontLies : RunQueue<Task> {
    Task* front() {
        Task* first = dequeue();
        if (first != nullptr)
            enqueue(*first);
        return RunQueue<Task>::front();
    }
};
struct ShowsOne : RunQueue<Task> {
    template <class Visit>
    void visit_last_first(Visit visit) {
        RunQueue<Task>::visit_last_first([&](Task& task) { return visit(task), false; });
    }
};
struct RemovesTheFirst : RunQueue<Task> {
    void remove(Task&) { (void)dequeue(); }
};
struct RemovedOnesCutTheQueue : RunQueue<Task> {
    void remove(Task& task) {
        RunQueue<Task>::remove(task);
        if (Task* first = dequeue())
            enqueue(*first);
    }
};
struct NeverEmpty : RunQueue<Task> {
    bool is_empty() const { return false; }
};

struct Movable {
    void enqueue(Task&);
    Task* dequeue();
    Task& rotate(Task&);
    void remove(Task&);
    Task* front();
    void visit_last_first(auto visit);
    bool is_empty() const;
    std::size_t size() const;
};
struct Refusing : RunQueue<Task> {
    bool enqueue(Task&);
};

} // namespace

static_assert(RunQueueLike<RunQueue<Task>, Task> && RunQueueLike<ByClass, Task>);
// test_reject: a queue that may refuse a task, that can be moved, or that is none.
static_assert(!RunQueueLike<Refusing, Task> && !RunQueueLike<Movable, Task>);
static_assert(!RunQueueLike<int, Task> && !RunQueueLike<RunQueue<Task>, int>);
// It belongs to its CPU: nothing of it crosses.
static_assert(!core::Send<RunQueue<Task>> && !core::Sync<RunQueue<Task>> &&
              !core::Synchronized<RunQueue<Task>>);

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-2: a run queue keeps the rules of run queues") {
    CHECK(run_queue_test::broken_rule<RunQueue<Task>, Task>(make_task) == "");
    CHECK(run_queue_test::broken_rule<ByClass, Task>(make_task) == "");
}

TEST_CASE("percpu-runqueue: the rules see a queue that breaks them") {
    using run_queue_test::broken_rule;
    CHECK(broken_rule<LastFirst, Task>(make_task) == "front is the task that came first");
    CHECK(broken_rule<Miscounts, Task>(make_task) == "it counts its tasks");
    CHECK(broken_rule<FrontLies, Task>(make_task) == "front is the task that came first");
    CHECK(broken_rule<ShowsOne, Task>(make_task) ==
          "the ones that came last are shown first, as many as are wanted");
    CHECK(broken_rule<RemovesTheFirst, Task>(make_task) ==
          "the others keep their order when one is removed");
    CHECK(broken_rule<RemovedOnesCutTheQueue, Task>(make_task) ==
          "the others keep their order when one is removed");
    CHECK(broken_rule<NeverEmpty, Task>(make_task) == "a new queue is empty");
}

TEST_CASE("percpu-runqueue: a queue of another policy takes its place") {
    Task low(QosClass::Idle);
    Task high(QosClass::PerfBurst);
    Task other(QosClass::Idle);
    ByClass queue;
    queue.enqueue(low);
    queue.enqueue(high);
    CHECK(&yield_to_next(queue, other) == &high);
    CHECK(&yield_to_next(queue, high) == &high);
    CHECK(queue.dequeue() == &low);
    CHECK(queue.dequeue() == &other);
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-1: test_reject_task_in_two_queues: the image ends") {
    CHECK(last_words([] {
              Task task;
              RunQueue<Task> one;
              RunQueue<Task> two;
              one.enqueue(task);
              two.enqueue(task);
          }).ends_with(": List: the element is in a list already\n"));
    CHECK(last_words([] {
              Task task;
              RunQueue<Task> one;
              RunQueue<Task> two;
              one.enqueue(task);
              two.remove(task);
          }).ends_with(": List: the element is not in this list\n"));
    CHECK(last_words([] {
              Task task;
              RunQueue<Task> queue;
              queue.enqueue(task);
              (void)queue.dequeue();
              queue.remove(task);
          }).ends_with(": List: the element is not in this list\n"));
    CHECK(last_words([] {
              RunQueue<Task> queue;
              Task task;
              queue.enqueue(task);
          }).ends_with(": List: an element ends while it is in a list\n"));
}

TEST_CASE("percpu-runqueue: a task may have a place in a queue and one elsewhere at once") {
    struct Waiting;
    struct Both : core::Linked<Both>, core::Linked<Both, Waiting> {};
    Both task;
    RunQueue<Both> ready;
    RunQueue<Both, Waiting> waiting;
    ready.enqueue(task);
    waiting.enqueue(task);
    CHECK(ready.dequeue() == &task);
    CHECK(waiting.size() == 1);
    CHECK(waiting.dequeue() == &task);
}
