// SPDX-License-Identifier: MIT
// Tasks that are given, refused, woken and moved while CPUs go idle and ask: the library's own
// code, with messages that are bits in the upper half of the mail.
#include "system.hpp"

using namespace suite;
using namespace sched_model;

namespace {

void passes(const std::string& name, std::uint64_t executions, std::function<void()> body) {
    model_test::passes(name, executions, body, 600);
}

template <class Values>
struct Scene : Current<Scene<Values>> {
    Stealing<Values> system;
    std::array<Word, 3> done; ///< by each task
    std::array<Plain<int>, 3> own;
    unsigned tasks = 0;

    /// A task of CPU 0 that runs `function`, and ends it all if it is the last.
    template <class F>
    sched::Pid start(F) {
        const auto task = sched::spawn(
            system, {.cpu = zero},
            [](Task& self, std::uint32_t number) {
                Scene& here = *Scene::current;
                here.own.at(number).write(1); // wherever it is
                F{}(here, self);
                here.own.at(number).write(2);
                here.done.at(number).store(1, core::release);
                std::uint64_t others = 0;
                for (Word& each : here.done)
                    others += each.load(core::acquire);
                if (others == here.tasks)
                    here.system.quit();
            },
            tasks++);
        MODEL_ASSERT(task.has_value());
        return task->pid();
    }
    /// `thief` asks CPU 0 for a task, and runs what it gets.
    void ask_and_run(CpuId thief) {
        system.play(thief);
        MODEL_ASSERT(steal::ask(system, zero, 1).has_value());
        MODEL_ASSERT(steal::ask(system, zero, 1).error() == steal::Error::InFlight);
        system.run(thief, 9);
    }
    void check_end() {
        system.play(zero);
        for (unsigned task = 0; task < tasks; ++task)
            MODEL_ASSERT(own.at(task).read() == 2);
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(
                system.template shared<sched::Feature>().taken(cpu, core::QosClass::Normal) == 0);
    }
};
using Loud = Scene<StealNumbers>;
using Features = Stealing<StealNumbers>::Features;
using Still = Scene<Quiet>;
constexpr auto nothing = [](auto&, Task&) {};

/// A CPU whose messages come as interrupts, as the idle loop of kernel/src/wait.cpp has it.
class Interrupted {
  public:
    Interrupted(Loud& scene, CpuId cpu) : system_(scene.system), cpu_(cpu) {
        system_.take_interrupts(cpu, interrupts_, [this] { taken_.fetch_add(1, relaxed); });
    }
    ~Interrupted() { interrupts_.mask(); } // the handler is done for good
    Interrupted(const Interrupted&) = delete;
    Interrupted& operator=(const Interrupted&) = delete;

    template <class IsOver>
    void run(IsOver is_over) {
        using Sched = sched::Feature<StealNumbers>;
        using Steal = steal::Feature<StealNumbers>;
        interrupts_.run_here();
        system_.play(cpu_);
        for (;;) {
            if (Sched::run(system_))
                continue;
            unsigned before = 0;
            {
                const core::IrqOff masked;
                if (is_over())
                    return;
                if (Sched::has_work(system_, masked))
                    continue;
                (void)Steal::has_work(system_, masked);
                if (is_over())
                    return;
                before = static_cast<unsigned>(taken_.load(relaxed)); // handlers are kept out
                interrupts_.wait_irq();
                Steal::on_wake(system_, masked);
            }
            spin_until([&] { return taken_.load(relaxed) != before; });
        }
    }

  private:
    Stealing<StealNumbers>& system_;
    CpuId cpu_;
    model::Cpu interrupts_;
    Word taken_;
};

} // namespace

TEST_CASE("steal: INV-STEAL-1: a CPU that is idle hears of a task that waits") {
    passes("steal: the first task goes on when the second has run elsewhere", 1260, [] {
        Loud scene;
        Interrupted first(scene, zero);
        scene.start(
            [](Loud& here, Task&) { spin_until([&] { return here.done[1].load(relaxed) != 0; }); });
        scene.start(nothing);
        parallel([&] { first.run([&] { return scene.system.has_ended(1); }); },
                 [&] { scene.system.run(one, 9); });
        scene.check_end();
    });
    passes("steal: one that is refused as it falls asleep asks again", 18, [] {
        Loud scene;
        auto& system = scene.system;
        Interrupted idle(scene, one);
        const auto asked = [&] { return steal::counters(system, one).asked.remote_load(); };
        system.play(one);
        {
            const core::IrqOff masked;
            steal::detail::own(system, masked).with(masked, [](auto& self) { self.asked = two; });
        }
        parallel(
            [&] {
                system.play(two);
                post_answer(Features(), system, one, 0);
                system.play(zero);
                const core::IrqOff masked;
                // Then one of its tasks is ready; as in offer.
                system.remote<steal::Feature>(zero).waiting.store(1, relaxed);
                auto& set = system.shared<steal::Feature>();
                if (set.may_have_any() && set.erase(one))
                    post_waiting(Features(), system, one);
            },
            [&] { idle.run([&] { return asked() == 1; }); });
    });
    passes("steal: IdleSet: 2 CPUs have work, 2 have none", 926, [] {
        steal::IdleSet<4> set;
        std::array<Word, 2> hints;
        std::array<std::array<bool, 2>, 2> takes{}; ///< by who has work: one of them out
        std::array<std::array<bool, 2>, 2> sees{};  ///< by who has none: the other's hint
        each_of(4, [&](unsigned cpu) {
            if (cpu < 2) {
                hints[cpu].store(1, relaxed);
                if (set.may_have_any())
                    (void)core::first_from(0, 2, [&](CpuId idle) {
                        const CpuId other{2 + idle.value};
                        takes[cpu][idle.value] = set.may_have(other) && set.erase(other);
                        return takes[cpu][idle.value];
                    });
            } else {
                set.insert(CpuId{cpu});
                for (const unsigned other : {0U, 1U})
                    sees[cpu - 2][other] = hints[other].load(relaxed) != 0;
            }
        });
        for (const unsigned busy : {0U, 1U})
            for (const unsigned idle : {0U, 1U})
                MODEL_ASSERT(sees[idle][busy] || takes[busy][0] || takes[busy][1] ||
                             takes[1 - busy][idle]);
    });
}

TEST_CASE("steal: INV-STEAL-2: what is given while its CPU goes idle runs once") {
    for (const auto& [cpus, executions] : {std::pair{2U, 99U}, std::pair{3U, 126732U}})
        passes("steal: 2 tasks that end, " + std::to_string(cpus) + " CPUs", executions,
               [count = cpus] {
                   Loud scene;
                   scene.start(nothing);
                   scene.start(nothing);
                   each_of(count, [&](unsigned cpu) { scene.system.run(CpuId{cpu}, 9); });
                   scene.check_end();
               });
}

TEST_CASE("steal: INV-STEAL-2: a task that is given, moved and woken at a time is in one place") {
    passes("steal: by 2 CPUs", 34, [] {
        Still scene;
        scene.start(nothing);
        scene.start(nothing);
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.ask_and_run(one); },
                 [&] { scene.ask_and_run(two); });
        scene.check_end();
    });
    passes("steal: against migrate", 253, [] {
        Still scene;
        scene.start(nothing);
        const sched::Pid second = scene.start(nothing);
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.ask_and_run(one); },
                 [&] {
                     scene.system.play(two);
                     (void)sched::migrate(scene.system, second, two);
                     scene.system.run(two, 9);
                 });
        scene.check_end();
    });
    passes("steal: against unpark", 37, [] {
        Still scene;
        scene.start(nothing);
        const sched::Pid second =
            scene.start([](Still& here, Task& self) { sched::park(here.system, self); });
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.ask_and_run(one); },
                 [&] {
                     scene.system.play(two);
                     MODEL_ASSERT(sched::unpark(scene.system, second).has_value());
                 });
        scene.check_end();
    });
}
