// SPDX-License-Identifier: MIT
#include <deque>
#include <doctest/doctest.h>
#include <map>
#include <random>

#include "../percpu-runqueue/conformance.hpp"
#include "model.hpp"

using namespace qos_test;

namespace {

constexpr std::uint64_t slice = 1000;
constexpr std::uint32_t patience = 8;

/// A queue, and who runs; time goes on by turns.
struct Cpu {
    explicit Cpu(std::uint32_t wait = patience) { queue.configure(slice, wait); }
    ~Cpu() {
        while (queue.dequeue() != nullptr) {
        }
    }
    Cpu(const Cpu&) = delete;
    Cpu& operator=(const Cpu&) = delete;

    void ready(Task& task) {
        queue.observe(now);
        queue.enqueue(task);
    }
    /// Who runs next, for `ticks`, and is ready again then.
    Task& turn(std::uint64_t ticks = slice) {
        if (running == nullptr) {
            queue.observe(now);
            queue.end_turn(nullptr);
            running = queue.dequeue();
        }
        Task& ran = *running;
        now += ticks;
        queue.observe(now);
        queue.end_turn(running);
        running = &queue.rotate(*running);
        return ran;
    }
    /// How often each of them has run in so many turns.
    std::map<const Task*, unsigned> turns(unsigned count) {
        std::map<const Task*, unsigned> ran;
        while (count-- > 0)
            ++ran[&turn()];
        return ran;
    }

    Queue queue;
    Task* running = nullptr;
    std::uint64_t now = 12'345;
};

std::vector<std::unique_ptr<Task>> tasks_of(QosClass qos, std::size_t count) {
    std::vector<std::unique_ptr<Task>> tasks;
    while (tasks.size() < count) {
        tasks.push_back(std::make_unique<Task>());
        tasks.back()->standing.qos = qos;
    }
    return tasks;
}

/// One of PerfBurst and another, both ready.
struct HighAndLow {
    explicit HighAndLow(QosClass lower) {
        high.standing.qos = QosClass::PerfBurst;
        low.standing.qos = lower;
        cpu.ready(high);
        cpu.ready(low);
    }
    /// Until the lower one runs.
    void let_wait() {
        while (cpu.running != &low) {
            REQUIRE(cpu.now < 100 * slice);
            (void)cpu.turn();
        }
    }
    Task high;
    Task low;
    Cpu cpu;
};

constexpr std::array every_class{QosClass::Idle, QosClass::Normal, QosClass::Interactive,
                                 QosClass::PerfBurst};

} // namespace

TEST_CASE("sched-qos: the queue with classes keeps the rules of every run queue") {
    CHECK(run_queue_test::broken_rule<Queue, Task>([] { return std::make_unique<Task>(); }) == "");
}

TEST_CASE("sched-qos: 100,000 random sequences do what a simple model does") {
    std::mt19937 random{1};
    std::size_t wrong = 0;
    std::size_t overdue = 0;
    std::size_t skipped = 0;
    for (int sequence = 0; sequence < 100'000; ++sequence) {
        auto tasks = tasks_of(QosClass::Normal, 5);
        Cpu cpu(4);
        Model model(slice, 4 * slice);
        Task* running = nullptr;
        const auto both = [&](auto use) {
            use(model);
            use(cpu.queue);
        };
        for (int step = 0; step < 24; ++step) {
            Task& task = *tasks[random() % tasks.size()];
            const unsigned what = random() % 8;
            cpu.now += random() % 4 == 0 ? random() % (20 * slice) : random() % slice;
            both([&](auto& queue) { queue.observe(cpu.now); });
            if (what < 4) { // a turn ends: the task is ready again, or waits
                both([&](auto& queue) { queue.end_turn(running); });
                Task* next = nullptr;
                if (running != nullptr && what < 2) {
                    Task* const expected = &model.rotate(*running);
                    next = &cpu.queue.rotate(*running);
                    wrong += next != expected;
                } else {
                    if (running != nullptr && what < 3)
                        both([&](auto& queue) { queue.enqueue(*running); });
                    next = cpu.queue.dequeue();
                    wrong += next != model.dequeue();
                }
                overdue += next != nullptr && cpu.queue.size() > 0 &&
                           cpu.queue.front() != nullptr &&
                           cpu.queue.front()->standing.qos > next->standing.qos;
                running = next;
                for (; running != nullptr && random() % 4 == 0; ++skipped) { // it leaves instead
                    both([](auto& queue) { queue.skip(); });
                    both([&](auto& queue) { queue.forget(*running); });
                    running = cpu.queue.dequeue();
                    wrong += running != model.dequeue();
                }
            } else if (running != nullptr && what == 4) { // it is lent a class
                running->standing.qos = every_class[random() % 4];
            } else if (&task != running && !model.has(task)) {
                task.standing.qos = every_class[random() % 4]; // it wakes, in another class perhaps
                if (random() % 4 == 0) {
                    both([&](auto& queue) { queue.forget(task); });
                    task.standing.share = static_cast<std::uint32_t>(1 + random() % 1000);
                }
                both([&](auto& queue) { queue.enqueue(task); });
            } else if (&task != running && what == 6) {
                const QosClass before = task.standing.qos;
                const QosClass after = every_class[random() % 4];
                both([&](auto& queue) {
                    task.standing.qos = before;
                    queue.requeue(task, [&] { task.standing.qos = after; });
                });
            } else if (&task != running && what < 6) {
                both([&](auto& queue) { queue.remove(task); });
            }
            wrong +=
                cpu.queue.front() != model.front() || cpu.queue.size() != model.size() ||
                cpu.queue.is_empty() != (model.size() == 0) ||
                (running != nullptr && cpu.queue.outranks(*running) != model.outranks(*running));
        }
        for (const auto& task : tasks)
            wrong += task->standing.used != model.used_of(*task);
    }
    CHECK(wrong == 0);
    CHECK(overdue > 1000);
    CHECK(skipped > 100'000);
}

TEST_CASE("sched-qos: INV-QOS-1: the highest class that is ready runs") {
    std::vector<std::unique_ptr<Task>> tasks;
    Cpu cpu(1'000'000);
    for (const QosClass qos : every_class)
        for (auto& task : tasks_of(qos, 2))
            tasks.push_back(std::move(task));
    for (auto& task : tasks)
        cpu.ready(*task);
    while (Task* const next = cpu.queue.dequeue()) {
        CHECK((next == tasks.back().get() || next == tasks[tasks.size() - 2].get()));
        std::erase_if(tasks, [&](const auto& task) { return task.get() == next; });
    }
}

TEST_CASE("sched-qos: of the highest class who would run last is shown first") {
    std::vector<std::unique_ptr<Task>> tasks;
    Cpu cpu;
    for (std::size_t rank = every_class.size(); rank-- > 0;)
        for (auto& task : tasks_of(every_class[rank], 3))
            tasks.push_back(std::move(task));
    for (std::uint64_t slot = 0; auto& task : tasks) { // ahead by so many slots, around the wheel
        task->standing.slot = 60 - 30 * (slot++ % 3);
        cpu.ready(*task);
    }
    auto next = tasks.begin();
    cpu.queue.visit_last_first([&](Task& task) { return &task == (next++)->get(); });
    CHECK(next == tasks.end());
}

TEST_CASE("sched-qos: INV-QOS-1: a higher class outranks who runs, an equal one does not") {
    for (const QosClass running : every_class)
        for (const QosClass comes : every_class) {
            Task first;
            Task second;
            Cpu cpu;
            first.standing.qos = running;
            second.standing.qos = comes;
            cpu.ready(first);
            CHECK(cpu.queue.dequeue() == &first);
            CHECK(!cpu.queue.outranks(first));
            cpu.ready(second);
            CHECK(cpu.queue.outranks(first) == (comes > running));
            cpu.queue.remove(second);
        }
}

TEST_CASE("sched-qos: INV-QOS-3: a class waits at most patience and four turns") {
    for (std::uint32_t set = 1; set < 8; ++set)          // which lower classes are there
        for (const std::size_t others : {1U, 2U, 62U}) { // and how many of the highest
            std::vector<std::unique_ptr<Task>> tasks = tasks_of(QosClass::PerfBurst, others);
            Cpu cpu;
            for (std::uint32_t rank = 0; rank < 3; ++rank)
                if ((set >> rank & 1) != 0)
                    tasks.push_back(std::move(tasks_of(every_class[rank], 1)[0]));
            for (auto& task : tasks)
                cpu.ready(*task);
            std::map<const Task*, unsigned> last;
            unsigned longest = 0;
            for (unsigned turn = 1; turn < 1000; ++turn) {
                const Task& ran = cpu.turn();
                if (ran.standing.qos != QosClass::PerfBurst)
                    longest = std::max(longest, turn - last[&ran] - 1);
                last[&ran] = turn;
            }
            CHECK(longest <= patience + 4);
            CHECK(longest >= patience); // and no oftener than that
            CHECK(last.size() == tasks.size());
        }
}

TEST_CASE("sched-qos: INV-QOS-3: the turn of a class that was overdue is not cut short") {
    HighAndLow both(QosClass::Idle);
    auto& [high, low, cpu] = both;
    while (&cpu.turn() != &low)
        CHECK(cpu.now < 100 * slice);
    both.let_wait();
    CHECK(!cpu.queue.outranks(low)); // though `high` waits
}

TEST_CASE("sched-qos: INV-QOS-3: one that leaves as its class has the turn does not use it up") {
    HighAndLow both(QosClass::Idle);
    auto& [high, low, cpu] = both;
    Task other;
    other.standing.qos = QosClass::Idle;
    cpu.ready(other); // behind `low`
    both.let_wait();
    cpu.queue.skip();
    CHECK(cpu.queue.dequeue() == &other);
    cpu.queue.skip();
    CHECK(cpu.queue.dequeue() == &high); // nobody of that class is left
}

TEST_CASE("sched-qos: INV-QOS-1: a turn that was promised is over in time, though nobody waited") {
    HighAndLow both(QosClass::Idle);
    auto& [high, low, cpu] = both;
    both.let_wait();
    cpu.queue.remove(high); // it goes to another CPU
    cpu.now += slice - 1;
    cpu.ready(high);
    CHECK(!cpu.queue.outranks(low));
    cpu.queue.remove(high);
    ++cpu.now;
    cpu.ready(high);
    CHECK(cpu.queue.outranks(low));
}

TEST_CASE("sched-qos: INV-QOS-2: time goes by shares, within 5 %") {
    using Shares = std::vector<std::uint32_t>;
    Shares many;
    for (std::uint32_t task = 0; task < 64; ++task)
        many.push_back(1 + task * 999 / 63);
    for (const Shares& shares : {Shares{100, 100}, Shares{1, 1000}, Shares{1, 1},
                                 Shares{1000, 1000}, Shares{100, 200, 700}, Shares(64, 1), many}) {
        auto tasks = tasks_of(QosClass::Normal, shares.size());
        Cpu cpu;
        std::uint64_t sum = 0;
        for (std::size_t task = 0; task < shares.size(); ++task) {
            tasks[task]->standing.share = shares[task];
            sum += shares[task];
            cpu.ready(*tasks[task]);
        }
        std::mt19937 random{1};
        const std::uint64_t turns = 100 * sum / shares[0]; // the least one has a hundred
        const std::uint64_t before = cpu.now;
        for (std::uint64_t turn = 0; turn < turns; ++turn)
            (void)cpu.turn(1 + random() % (2 * slice));
        const double ran = static_cast<double>(cpu.now - before);
        for (std::size_t task = 0; task < shares.size(); ++task) {
            const double wanted = ran * shares[task] / static_cast<double>(sum);
            CHECK(static_cast<double>(tasks[task]->standing.used) ==
                  doctest::Approx(wanted).epsilon(0.05));
        }
    }
}

TEST_CASE("sched-qos: INV-QOS-2: who slept has no credit, who ran alone no debt") {
    auto tasks = tasks_of(QosClass::Normal, 2);
    Cpu cpu;
    cpu.ready(*tasks[0]);
    for (int turn = 0; turn < 1000; ++turn)
        CHECK(&cpu.turn() == tasks[0].get());
    cpu.ready(*tasks[1]);
    (void)cpu.turn();
    auto ran = cpu.turns(100);
    CHECK(ran[tasks[0].get()] >= 46);
    CHECK(ran[tasks[1].get()] >= 46);
}

TEST_CASE(
    "sched-qos: INV-QOS-3: a class keeps what it has waited for when its task is queued again") {
    HighAndLow both(QosClass::Normal);
    auto& [high, low, cpu] = both;
    unsigned turns = 0;
    while (&cpu.turn() != &low) {
        REQUIRE(++turns <= patience + 4);
        if (cpu.running != &low) // as when it is lent a class, and again not
            cpu.queue.requeue(low, [&] {
                low.standing.qos =
                    low.standing.qos == QosClass::Normal ? QosClass::Interactive : QosClass::Normal;
            });
    }
}

TEST_CASE("sched-qos: INV-QOS-2: a chain of new tasks does not keep others from their time") {
    Task waits;
    std::deque<Task> chain;
    Cpu cpu;
    cpu.ready(waits);
    (void)cpu.turn(6 * slice); // it has used up its slot
    cpu.running = nullptr;
    bool has_run = false;
    cpu.queue.observe(cpu.now);
    cpu.ready(waits);
    for (int generation = 0; generation < 100 && !has_run; ++generation) {
        Task* const parent = chain.empty() ? nullptr : &chain.back();
        cpu.now += slice / 10;
        cpu.queue.observe(cpu.now);
        Task& child = chain.emplace_back();
        if (parent != nullptr)
            cpu.queue.beget(*parent, child);
        cpu.queue.enqueue(child);
        cpu.queue.end_turn(parent); // it ends
        has_run = cpu.queue.dequeue() == &waits;
    }
    CHECK(has_run);
}

TEST_CASE("sched-qos: INV-QOS-2: who leaves and comes back owes what it owed") {
    Task one;
    Task other;
    one.standing.share = 1;
    Cpu cpu;
    cpu.ready(one);
    cpu.ready(other);
    unsigned turns = 0;
    for (int turn = 0; turn < 400; ++turn) {
        Task& ran = cpu.turn();
        turns += &ran == &one ? 1 : 0;
        if (&ran == &one && cpu.running != &one) { // to another CPU, and back
            cpu.queue.remove(one);
            cpu.queue.forget(one);
            cpu.ready(one);
        }
    }
    CHECK(turns <= 8); // of 4
}

TEST_CASE("sched-qos: INV-QOS-3: a task whose class was overdue is of another, and goes on") {
    HighAndLow both(QosClass::Idle);
    auto& [high, low, cpu] = both;
    both.let_wait();
    low.standing.qos = QosClass::Interactive;
    CHECK(!cpu.queue.outranks(low));
}
