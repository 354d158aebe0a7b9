// SPDX-License-Identifier: MIT
// INV-SCHED-5, beside a model: whatever tasks and CPUs do, and in whatever order messages come,
// every task is in one place, the one that the model says, and at the end all places and slots are
// back.
#include <doctest/doctest.h>
#include <random>

#include "model.hpp"

using namespace sched_test;

namespace {

constexpr int steps = 20'000; // of each walk

template <class Values>
class Walk {
  public:
    explicit Walk(std::uint32_t seed) : random_(seed) {}

    /// What went wrong first; nothing if all is well.
    std::string wander() {
        for (int step = 0; step < steps; ++step) {
            const std::string what = do_something();
            if (const std::string wrong = difference(); !wrong.empty())
                return "step " + std::to_string(step) + ", " + what + ": " + wrong;
        }
        return end_all();
    }

  private:
    using System = sched_test::System<Values>;
    enum class Order { Yield, Park, End, Exit };

    std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(random_() % count); }
    CpuId any_cpu() { return CpuId{below(System::max_cpus)}; }
    /// A task that there is, or was.
    Pid any_pid() { return names_.empty() ? Pid{} : names_[below(names_.size())]; }

    /// What every task does: as it is told.
    int obey(Task& self) {
        for (;;) {
            system_.pause();
            expect(self.stop_requested() == is_stopped_, "a request to stop");
            switch (order_) {
            case Order::Yield:
                sched::yield(system_, self);
                break;
            case Order::Park:
                sched::park(system_, self);
                break;
            case Order::End:
                return 0;
            case Order::Exit:
                sched::exit(system_, self, 0);
            }
        }
    }

    void tell(CpuId cpu, Order order) {
        order_ = order;
        if (const auto running = model_[cpu].running)
            is_stopped_ = model_.tasks[*running].is_stopped;
        if (!model_[cpu].running)
            model_.start(cpu);
        else if (order == Order::Yield)
            model_.yield(cpu);
        else if (order == Order::Park)
            model_.park(cpu);
        else
            model_.end(cpu);
        expect(system_.step(cpu) == model_[cpu].running.has_value(), "whether it is idle");
    }
    void expect(bool is_as_expected, const char* what) {
        if (!is_as_expected && wrong_.empty())
            wrong_ = what;
    }

    std::string spawn(CpuId self) {
        const CpuId cpu = any_cpu();
        const auto task =
            system_.as(self, [&] { return system_.start_shared({.cpu = cpu}, obey_); });
        if (!task) {
            expect(task.error() == (model_[cpu].taken == Values::sched_capacity ? Error::QueueFull
                                                                                : Error::TaskLimit),
                   "why spawn was refused");
            return "spawn: refused";
        }
        model_.spawn(self, task->pid(), cpu);
        names_.push_back(task->pid());
        if (names_.size() > 64)
            names_.erase(names_.begin());
        return "spawn";
    }
    std::string unpark(CpuId self, bool stop) {
        const Pid pid = any_pid();
        const auto answer = system_.as(self, [&] {
            return stop ? sched::request_stop(system_, pid) : sched::unpark(system_, pid);
        });
        expect(answer.has_value() == model_.unpark(self, pid, stop), "what unpark answered");
        return "unpark";
    }
    std::string migrate(CpuId self) {
        const Pid pid = any_pid();
        const CpuId cpu = any_cpu();
        const auto answer = system_.as(self, [&] { return sched::migrate(system_, pid, cpu); });
        const auto expected = model_.migrate(self, pid, cpu, Values::sched_capacity);
        expect(answer.has_value() ? !expected : answer.error() == expected,
               "what migrate answered");
        return "migrate";
    }
    std::string deliver(CpuId cpu) {
        if (const std::size_t count = model_[cpu].inbox.size(); count != 0) {
            const std::uint32_t which = below(count); // in any order
            model_.deliver(cpu, which);
            system_.deliver(cpu, which);
        }
        return "deliver";
    }

    std::string do_something() {
        const CpuId cpu = any_cpu();
        switch (below(16)) {
        case 0:
        case 1:
            return spawn(cpu);
        case 2:
        case 3:
        case 4:
            return unpark(cpu, false);
        case 5:
            return unpark(cpu, true);
        case 6:
        case 7:
            return migrate(cpu);
        case 8:
        case 9:
        case 10:
            return deliver(cpu);
        case 11:
            return tell(cpu, below(2) == 0 ? Order::End : Order::Exit), "end";
        case 12:
        case 13:
            return tell(cpu, Order::Park), "park";
        default:
            return tell(cpu, Order::Yield), "yield";
        }
    }

    /// Which task's place, and what for.
    template <class Message>
    static std::pair<std::uint32_t, bool> is_of(const Message& message) {
        if constexpr (requires { message.is_attention; })
            return {message.pid.index, message.is_attention};
        else
            return {message.pid.index, message.kind == System::Kind::Attend};
    }
    /// How the system differs from the model.
    std::string difference() {
        std::size_t found = 0;
        for (std::uint32_t i = 0; i < System::max_cpus && wrong_.empty(); ++i) {
            const CpuId cpu{i};
            const Model::Cpu& expected = model_[cpu];
            const std::vector<Pid> ready = system_.ready(cpu);
            expect(system_.running(cpu) == expected.running.value_or(Pid{}), "who runs");
            expect(std::ranges::equal(ready, expected.ready), "who is ready");
            expect(std::ranges::equal(
                       system_.inbox(cpu), expected.inbox, {},
                       [](const auto& message) { return is_of(message); },
                       [](const auto& message) { return is_of(message); }),
                   "who is on the way");
            expect(system_.taken(cpu) == expected.taken, "the slots");
            const auto travel =
                std::ranges::count(expected.inbox, false, &Model::Message::is_attention);
            found += ready.size() + static_cast<std::size_t>(travel) + (expected.running ? 1 : 0);
        }
        for (const auto& [pid, task] : model_.tasks)
            found += task.where == Model::Where::Parked ? 1 : 0;
        expect(found == model_.tasks.size(), "a task in no place, or in two");
        return wrong_;
    }

    /// Every task is woken and ends.
    std::string end_all() {
        for (int round = 0; !model_.tasks.empty(); ++round) {
            if (round == 1000)
                return "some never end";
            for (std::uint32_t cpu = 0; cpu < System::max_cpus; ++cpu) {
                while (!model_[CpuId{cpu}].inbox.empty())
                    (void)deliver(CpuId{cpu});
                tell(CpuId{cpu}, Order::End);
            }
            std::vector<Pid> parked;
            for (const auto& [pid, task] : model_.tasks)
                if (task.where == Model::Where::Parked)
                    parked.push_back(pid);
            for (const Pid pid : parked) {
                (void)sched::unpark(system_, pid);
                (void)model_.unpark(zero, pid);
            }
            if (!difference().empty())
                return "at the end: " + wrong_;
        }
        return system_.is_empty() ? "" : "a place or a slot is not back";
    }

    System system_;
    Model model_{System::max_cpus};
    std::mt19937 random_;
    std::vector<Pid> names_;
    Order order_ = Order::Yield; ///< to whoever goes on next
    bool is_stopped_ = false;    ///< whether that one was asked to stop
    std::string wrong_;
    std::function<int(Task&)> obey_ = [this](Task& self) { return obey(self); };
};

/// What went wrong; then the system is left as it is, for its end would say so, too.
template <class Values>
std::string wander(std::uint32_t seed) {
    auto walk = std::make_unique<Walk<Values>>(seed);
    std::string wrong = walk->wander();
    if (!wrong.empty())
        (void)walk.release();
    return wrong;
}

/// Fewer slots than places, so that both run out.
struct Narrow : Numbers {
    static constexpr std::uint32_t sched_capacity = 3;
};

} // namespace

TEST_CASE("sched: INV-SCHED-5: every task is in one place, and comes to its end") {
    for (const std::uint32_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        CHECK(wander<Numbers>(seed) == "");
    }
}

TEST_CASE("sched: INV-SCHED-5: every task is in one place, also where classes are full") {
    for (const std::uint32_t seed : {4U, 5U}) {
        CAPTURE(seed);
        CHECK(wander<Narrow>(seed) == "");
    }
    CHECK(wander<Full<1>>(6) == "");
}
