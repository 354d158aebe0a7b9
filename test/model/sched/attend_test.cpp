// SPDX-License-Identifier: MIT
// What other CPUs note on a task that is ready, on a CPU whose own task never gives way: it takes
// messages, and picks nobody.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    System<> system;
    std::array<Word, 3> told;

    /// CPU `self` has done what it does.
    void tell(CpuId self) {
        told.at(self.index()).store(1, relaxed);
        system.poke(zero);
    }
    bool all_told() const { return told[1].load(relaxed) != 0 && told[2].load(relaxed) != 0; }
};

/// As sched_qos::set_qos does it.
void make_idle(System<>& system, sched::Pid pid) {
    using Goal = core::Result<sched::ParkWord::Home, sched::Error>;
    const auto noted = sched::detail::note_move(
        system, pid, [](const sched::TaskSlot&, sched::ParkWord::Home home) -> Goal {
            return sched::ParkWord::Home{home.cpu, core::QosClass::Idle};
        });
    if (noted)
        sched::detail::have_attended(system, pid);
}

/// CPU 0 hears messages until CPUs 1 and 2 have done theirs and nothing is left to be done.
template <class One, class Two>
void notes(One one_does, Two two_does) {
    Scene scene;
    const auto task =
        sched::spawn(scene.system, {.cpu = zero}, [](Task&) { Scene::current->system.quit(); });
    MODEL_ASSERT(task.has_value());
    auto& word = sched::detail::held_place(scene.system, task->pid()).slot.word;
    parallel(
        [&] {
            scene.system.play(zero);
            scene.system.hear_until([&] {
                return scene.all_told() && !(word.is_at_home(zero) && word.wants_to_move());
            });
        },
        [&] {
            scene.system.play(one);
            one_does(scene.system, task->pid());
            scene.tell(one);
        },
        [&] {
            scene.system.play(two);
            two_does(scene.system, task->pid());
            scene.tell(two);
        });
    each_of(3, [&](unsigned cpu) { scene.system.run(CpuId{cpu}, 9); });
    for (const CpuId cpu : {zero, one, two})
        for (const auto qos : {core::QosClass::Normal, core::QosClass::Idle})
            MODEL_ASSERT(scene.system.shared<sched::Feature>().taken(cpu, qos) == 0);
}

} // namespace

TEST_CASE("sched: INV-SCHED-13: what was noted on a ready task is done, however many note it") {
    const auto comes = [](CpuId goal) {
        return
            [goal](System<>& system, sched::Pid pid) { (void)sched::migrate(system, pid, goal); };
    };
    passes("attend: 2 CPUs have it come", 952, [&] { notes(comes(one), comes(two)); });
    passes("attend: 1 CPU has it come, 1 changes its class", 918,
           [&] { notes(&make_idle, comes(two)); });
    passes("attend: 2 CPUs change its class and have it come", 138666, [&] {
        const auto both = [&](CpuId goal) {
            return [&, goal](System<>& system, sched::Pid pid) {
                make_idle(system, pid);
                comes(goal)(system, pid);
            };
        };
        notes(both(one), both(two));
    });
}

namespace {

/// Each CPU has a word in which it notes something on a task; the task's share is how many have.
struct Words : Current<Words> {
    [[nodiscard]] std::uint32_t noted() const {
        return static_cast<std::uint32_t>(words[1].load(relaxed) + words[2].load(relaxed));
    }
    std::array<Word, 3> words;
};

struct Noting {
    struct Lending : sched::detail::NoLending {
        static constexpr bool lends = true;
        static std::uint32_t& share(Task& task) {
            return sched::detail::Inside::standing(task).share;
        }
        static bool is_due(Task& task) { return share(task) != Words::current->noted(); }
        static void recompute(Task& task) { share(task) = Words::current->noted(); }
    };
};

/// A task of CPU 0.
[[gnu::noinline]] sched::Pid start(System<Numbers<>, Noting>& system) {
    const auto task = sched::spawn(system, {.cpu = zero}, [](Task&) {});
    MODEL_ASSERT(task.has_value());
    return task->pid();
}

} // namespace

TEST_CASE("sched: INV-SCHED-13: one message for several brings what all of them have noted") {
    passes("attend: 2 CPUs note something beside the word", 8, [] {
        Words words;
        System<Numbers<>, Noting> system;
        const sched::Pid pid = start(system);
        Task& noted = sched::detail::held_place(system, pid).task;
        const auto note = [&](CpuId self) {
            system.play(self);
            words.words.at(self.index()).store(1, relaxed);
            sched::detail::have_attended(system, pid);
        };
        parallel(
            [&] {
                system.play(zero);
                system.hear_until([&] { return Noting::Lending::share(noted) == 2; });
            },
            [&] { note(one); }, [&] { note(two); });
        system.run(zero, 1);
    });
}
