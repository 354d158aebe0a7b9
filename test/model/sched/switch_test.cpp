// SPDX-License-Identifier: MIT
// Two tasks of one CPU: what the one that goes can't do on its own stack, the other one does for
// it.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    System<Numbers<2>> system;
    std::array<Plain<int>, 2> own; ///< of each task, wherever it is
    std::array<Word, 3> told;
    Plain<int> passed_on{0};

    template <class F>
    sched::Pid spawn(F function, int number) {
        const auto task = sched::spawn(system, {.cpu = zero}, function, number);
        MODEL_ASSERT(task.has_value());
        return task->pid();
    }
    /// Every slot that was taken has come back.
    void check_slots() {
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(system.shared<sched::Feature>().taken(cpu, core::QosClass::Normal) == 0);
    }
};
Scene& here() {
    return *Scene::current;
}

/// Goes to CPU 1, by its own wish or another's, and ends there.
void go(Task& self, int number) {
    Plain<int>& mine = here().own.at(static_cast<std::size_t>(number));
    mine.write(1);
    if (!sched::migrate(here().system, self, one)) {
        mine.write(2);
        sched::yield(here().system, self);
    }
    MODEL_ASSERT(here().system.this_cpu() == one);
    mine.write(3);
}

} // namespace

TEST_CASE("sched: INV-SCHED-5: of two tasks that leave a CPU each is settled by who runs next") {
    passes("switch: 2 tasks go to another CPU, a third has one of them go, too", 1358, [] {
        Scene scene;
        (void)scene.spawn([](Task& self, int number) { go(self, number); }, 0);
        const sched::Pid second = scene.spawn([](Task& self, int number) { go(self, number); }, 1);
        parallel([&] { scene.system.run(zero, 0); }, [&] { scene.system.run(one, 2); },
                 [&] {
                     scene.system.play(two);
                     (void)sched::migrate(scene.system, second, one);
                 });
        scene.check_slots();
    });
    passes("switch: 2 tasks of one CPU that 2 others unpark, each ends as the other is ready", 112,
           [] {
               Scene scene;
               const auto waits = [](Task& self, int number) {
                   Plain<int>& mine = here().own.at(static_cast<std::size_t>(number));
                   while (here().told.at(static_cast<std::size_t>(number) + 1).load(relaxed) == 0) {
                       mine.write(1);
                       sched::park(here().system, self);
                   }
               };
               const std::array pids{scene.spawn(waits, 0), scene.spawn(waits, 1)};
               each_of(3, [&](unsigned cpu) {
                   if (cpu == 0)
                       return scene.system.run(zero, 2);
                   scene.system.play(CpuId{cpu});
                   scene.told.at(cpu).store(1, relaxed);
                   (void)sched::unpark(scene.system, pids.at(cpu - 1)); // it may have ended
               });
               scene.check_slots();
           });
}

TEST_CASE("sched: INV-SCHED-8: a mutex goes from task to task of one CPU and of another") {
    passes("Mutex: 2 tasks of one CPU, 1 of another", 141, [] {
        Scene scene;
        sched::Mutex<System<Numbers<2>>> mutex;
        static sched::Mutex<System<Numbers<2>>>* shared;
        shared = &mutex;
        const auto section = [](Task& self, int) {
            const sched::Guard held(*shared, self);
            here().passed_on.write(here().passed_on.read() + 1);
            sched::yield(here().system, self); // the other of this CPU finds it held
        };
        (void)scene.spawn(section, 0);
        (void)scene.spawn(section, 1);
        MODEL_ASSERT(sched::spawn(scene.system, {.cpu = one}, section, 2).has_value());
        parallel([&] { scene.system.run(zero, 2); }, [&] { scene.system.run(one, 1); });
        MODEL_ASSERT(scene.passed_on.read() == 3);
    });
}
