// SPDX-License-Identifier: MIT
// Tasks of three CPUs that wait for each other and lend their classes meanwhile.
#include <neuron/sched-qos/lending.hpp>
#include <neuron/sched/mutex.hpp>

#include "../sched/system.hpp"

using namespace suite;
using namespace sched_model;
using core::QosClass;

namespace {

/// These programs are long.
void passes(const std::string& name, std::uint64_t executions, std::function<void()> body) {
    model_test::passes(name, executions, body, 400);
}

/// The queue is first in, first out: the order of tasks is not what is explored.
struct Lends {
    using Lending = sched_qos::Lending;
};
using LendingSystem = System<Numbers<>, Lends>;
using Mutex = sched::Mutex<LendingSystem>;
using Guard = sched::Guard<LendingSystem>;

struct Scene : Current<Scene> {
    LendingSystem system;
    Mutex mutex;
    Mutex other;
    Word has_other;                  ///< 1: the second mutex has its first holder
    std::array<sched::Pid, 3> tasks; ///< by CPU

    template <class F>
    void spawn(CpuId cpu, QosClass qos, F function) {
        const auto task = sched::detail::spawn_within(system, {.cpu = cpu, .qos = qos},
                                                      {.most = QosClass::PerfBurst}, function);
        MODEL_ASSERT(task.has_value()); // the handle goes
        tasks.at(cpu.index()) = task->pid();
    }
    sched::Place& place(CpuId cpu) {
        return sched::detail::held_place(system, tasks.at(cpu.index()));
    }
    /// The class in which the task of this CPU competes.
    QosClass stands(CpuId cpu) { return sched::detail::Inside::standing(place(cpu).task).qos; }
    /// A task of CPU 0 that has the mutex and is ready, while CPU 0 picks nobody.
    void hold() {
        spawn(zero, QosClass::Idle, [](Task& self) {
            const Guard held(current->mutex, self);
            sched::park(current->system, self);
        });
        system.play(zero);
        MODEL_ASSERT(sched::Feature<Numbers<>>::run(system));
        MODEL_ASSERT(sched::unpark(system, tasks[0]).has_value());
    }
    /// INV-QOS-6: nobody waits, and nothing is lent.
    void check_nothing_is_lent() {
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(place(cpu).slot.pressure.load(relaxed) == 0);
    }
};

void take_and_give(Task& self) {
    const Guard held(Scene::current->mutex, self);
}

} // namespace

TEST_CASE("sched-qos: INV-QOS-7: a ready holder is of the class that 2 CPUs lend it") {
    passes("lending: 2 CPUs wait for a ready holder, which then unlocks", 6201, [] {
        Scene scene;
        scene.hold();
        scene.spawn(one, QosClass::Interactive, [](Task& self) { take_and_give(self); });
        scene.spawn(two, QosClass::PerfBurst, [](Task& self) { take_and_give(self); });
        parallel(
            [&] {
                scene.system.play(zero);
                scene.system.hear_until([&] { return scene.stands(zero) == QosClass::PerfBurst; });
                scene.system.run(zero, 1);
            },
            [&] { scene.system.run(one, 1); }, [&] { scene.system.run(two, 1); });
        scene.check_nothing_is_lent();
    });
}

TEST_CASE("sched-qos: INV-QOS-7: a class goes along a chain of 2 over 3 CPUs") {
    passes("lending: 1 waits for 1 that waits for a ready holder", 1879, [] {
        Scene scene;
        scene.hold();
        scene.spawn(one, QosClass::Idle, [](Task& self) {
            const Guard own(Scene::current->other, self);
            Scene::current->has_other.store(1, relaxed);
            take_and_give(self);
        });
        scene.spawn(two, QosClass::PerfBurst,
                    [](Task& self) { const Guard own(Scene::current->other, self); });
        // The one in the middle has its own mutex before the last one wants it.
        parallel(
            [&] {
                scene.system.play(zero);
                scene.system.hear_until([&] { return scene.stands(zero) == QosClass::PerfBurst; });
                scene.system.run(zero, 1);
            },
            [&] { scene.system.run(one, 1); },
            [&] {
                (void)model::await(scene.has_other, relaxed,
                                   [](std::uint64_t held) { return held != 0; });
                scene.system.run(two, 1);
            });
        scene.check_nothing_is_lent();
    });
}

TEST_CASE("sched-qos: INV-QOS-6: who unlocks as others come takes nothing lent along") {
    passes("lending: 2 CPUs, 2 sections each", 197655, [] {
        Scene scene;
        scene.spawn(zero, QosClass::Idle, [](Task& self) {
            take_and_give(self);
            take_and_give(self);
        });
        scene.spawn(one, QosClass::PerfBurst, [](Task& self) {
            take_and_give(self);
            take_and_give(self);
        });
        scene.tasks[2] = scene.tasks[1];
        each_of(2, [&](unsigned cpu) { scene.system.run(CpuId{cpu}, 1); });
        scene.check_nothing_is_lent();
    });
    passes("lending: 3 CPUs, 1 section each", 19650, [] {
        Scene scene;
        scene.spawn(zero, QosClass::Idle, [](Task& self) { take_and_give(self); });
        scene.spawn(one, QosClass::Interactive, [](Task& self) { take_and_give(self); });
        scene.spawn(two, QosClass::PerfBurst, [](Task& self) { take_and_give(self); });
        each_of(3, [&](unsigned cpu) { scene.system.run(CpuId{cpu}, 1); });
        scene.check_nothing_is_lent();
    });
    passes("lending: 1 gives up as the holder unlocks", 706, [] {
        Scene scene;
        scene.hold();
        scene.spawn(one, QosClass::PerfBurst, [](Task& self) {
            if (Scene::current->mutex.try_lock_until(self, core::Instant{}))
                Scene::current->mutex.unlock(self);
        });
        scene.tasks[2] = scene.tasks[1];
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(one, 1); },
                 [&] { scene.system.pass_time(two, scene.tasks[1]); });
        scene.check_nothing_is_lent();
    });
}
