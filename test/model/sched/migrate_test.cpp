// SPDX-License-Identifier: MIT
// A task that is moved while it waits, is woken and runs: by the library's own switch.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    System<> system;
    std::array<Word, 3> told;
    Plain<int> own{0}; ///< of the task, wherever it is

    void tell(CpuId self, sched::Pid pid) {
        told.at(self.index()).store(1, relaxed);
        (void)sched::unpark(system, pid); // it may have seen it already, and ended
    }
    /// Every slot that was taken has come back.
    void check_slots() {
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(system.shared<sched::Feature>().taken(cpu, core::QosClass::Normal) == 0);
    }
};

/// Waits until CPUs 1 and 2 have told it something.
void listen(Task& self) {
    Scene& here = *Scene::current;
    while (here.told[1].load(relaxed) == 0 || here.told[2].load(relaxed) == 0) {
        here.own.write(1);
        sched::park(here.system, self);
    }
    here.system.quit();
}

} // namespace

TEST_CASE(
    "sched: INV-SCHED-5: a task that moves is in one place, and left before it is gone on with") {
    passes("migrate: itself, to 2 CPUs", 1, [] {
        Scene scene;
        MODEL_ASSERT(sched::spawn(scene.system, {.cpu = zero}, [](Task& self) {
                         Scene& here = *Scene::current;
                         for (const CpuId cpu : {one, two}) {
                             MODEL_ASSERT(sched::migrate(here.system, self, cpu).has_value());
                             MODEL_ASSERT(here.system.this_cpu() == cpu);
                             here.own.write(static_cast<int>(cpu.value));
                         }
                         here.system.quit();
                     }).has_value());
        each_of(3, [&](unsigned cpu) { scene.system.run(CpuId{cpu}, 9); });
        scene.check_slots();
    });
    passes("migrate: by another CPU, 2 tell it something", 93273, [] {
        Scene scene;
        const auto task =
            sched::spawn(scene.system, {.cpu = zero}, [](Task& self) { listen(self); });
        MODEL_ASSERT(task.has_value());
        parallel([&] { scene.system.run(zero, 9); },
                 [&] {
                     scene.system.play(one);
                     (void)sched::migrate(scene.system, task->pid(), one);
                     scene.tell(one, task->pid());
                     scene.system.run(one, 9);
                 },
                 [&] {
                     scene.system.play(two);
                     scene.tell(two, task->pid());
                 });
        scene.system.play(zero);
        scene.check_slots();
    });
}
