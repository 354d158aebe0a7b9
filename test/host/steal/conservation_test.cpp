// SPDX-License-Identifier: MIT
// INV-STEAL-2: whatever tasks, thieves and owners do, and in whatever order messages come, each
// task is in one place: it runs, is ready, travels, or waits. Looked at after each step, as a set.
#include <random>

#include "fixture.hpp"

using namespace sched_test;

namespace {

class Walk {
  public:
    explicit Walk(std::uint32_t seed) : random_(seed) {}
    ~Walk() { end_all(); }
    Walk(const Walk&) = delete;
    Walk& operator=(const Walk&) = delete;

    /// What is wrong after so many steps; nothing if all is well.
    std::string wander(int steps) {
        for (int step = 0; step < steps; ++step) {
            act();
            if (const std::string wrong = misplaced(); !wrong.empty())
                return "step " + std::to_string(step) + ": " + wrong;
        }
        return {};
    }
    /// Every task that is not in just one place.
    std::string misplaced() {
        std::map<Pid, int> places;
        for (const CpuId cpu : cpus) {
            for (const Pid pid : system_.ready(cpu))
                ++places[pid];
            for (const auto& message : system_.inbox(cpu))
                if (message.task != nullptr)
                    ++places[message.task->pid()];
            if (const Pid running = system_.running(cpu); running.is_valid())
                ++places[running];
        }
        std::string wrong;
        for (const auto& [pid, waits] : waits_)
            if (places[pid] != (waits ? 0 : 1))
                wrong += "task " + std::to_string(pid.index) + " is in " +
                         std::to_string(places[pid]) + " places; ";
        return wrong;
    }
    /// The same, if the owner of a task that is on its way had kept it, too, or had lost it;
    /// nothing if none is on its way.
    std::string misplaced_if(bool is_kept) {
        for (const CpuId cpu : cpus) {
            auto& inbox = system_.inbox(cpu);
            const auto moves = std::ranges::find_if(
                inbox, [](const auto& message) { return message.kind == System::Kind::Migrate; });
            if (moves == inbox.end())
                continue;
            const auto as_it_was = inbox;
            if (is_kept)
                inbox.push_back(*moves);
            else
                inbox.erase(moves);
            const std::string wrong = misplaced();
            inbox = as_it_was;
            return wrong;
        }
        return {};
    }

    void end_all() {
        is_over_ = true;
        for (const auto& [pid, waits] : std::map(waits_))
            wake(pid);
        system_.run_all();
    }
    [[nodiscard]] std::uint64_t given() {
        std::uint64_t sum = 0;
        for (const CpuId cpu : cpus)
            sum += steal::counters(system_, cpu).given.remote_load();
        return sum;
    }
    [[nodiscard]] bool is_empty() { return waits_.empty() && system_.is_empty(); }

  private:
    static constexpr std::array cpus{zero, one, two, three};

    std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(random_() % count); }
    CpuId any_cpu() { return cpus[below(cpus.size())]; }
    Pid any_pid() {
        if (waits_.empty())
            return {};
        auto any = waits_.begin();
        std::advance(any, below(waits_.size()));
        return any->first;
    }

    void act() {
        const CpuId cpu = any_cpu();
        system_.go_on_to(system_.clock + std::chrono::microseconds(below(100)));
        switch (below(8)) {
        case 0:
            return spawn(cpu);
        case 1:
            return system_.as(cpu, [&] { wake(any_pid()); });
        case 2:
            return system_.as(cpu, [&] { (void)sched::migrate(system_, any_pid(), any_cpu()); });
        case 3:
            return system_.as(cpu, [&] { (void)steal::ask(system_, any_cpu(), 1 + below(3)); });
        case 4:
        case 5:
            if (!system_.inbox(cpu).empty())
                system_.deliver(cpu, below(system_.inbox(cpu).size()));
            return;
        default:
            (void)system_.step(cpu);
        }
    }
    void wake(Pid pid) {
        if (sched::unpark(system_, pid))
            waits_[pid] = false;
    }
    /// Most begin on CPU 0.
    void spawn(CpuId cpu) {
        const CpuId home = below(4) == 0 ? cpu : zero;
        sched::CpuMask affinity = only({home, any_cpu()});
        system_.as(cpu, [&] {
            const auto task = system_.start({.cpu = home, .affinity = affinity},
                                            [this, affinity](Task& self) { live(self, affinity); });
            if (task)
                waits_[task->pid()] = false;
        });
    }
    void live(Task& self, const sched::CpuMask& affinity) {
        while (!is_over_ && below(8) != 0) {
            core::check(affinity.contains(system_.this_cpu()), "a task is where it may be");
            system_.pause();
            if (is_over_)
                break;
            if (below(2) == 0) {
                sched::yield(system_, self);
                continue;
            }
            waits_[self.pid()] = true;
            sched::park(system_, self);
            waits_[self.pid()] = false;
        }
        waits_.erase(self.pid());
    }
    using System = StealSystem;
    System system_;
    std::map<Pid, bool> waits_; ///< the tasks that live, and whether each waits
    std::mt19937 random_;
    bool is_over_ = false;
};

} // namespace

TEST_CASE("steal: INV-STEAL-2: each task is in one place, and all end") {
    std::uint64_t given = 0;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        Walk walk(seed);
        CHECK(walk.wander(5000) == "");
        walk.end_all();
        CHECK(walk.is_empty());
        given += walk.given();
    }
    CHECK(given > 1000);
}

TEST_CASE("steal: INV-STEAL-2: an owner that keeps what it gives, or loses it, is seen") {
    for (const bool is_kept : {true, false}) {
        Walk walk(1);
        std::string wrong;
        for (int step = 0; step < 5000 && wrong.empty(); ++step) {
            CHECK(walk.wander(1) == "");
            wrong = walk.misplaced_if(is_kept);
        }
        CHECK(wrong.ends_with(is_kept ? " is in 2 places; " : " is in 0 places; "));
    }
}
