// SPDX-License-Identifier: MIT
// A task that is spawned on another CPU, by those who know its name from the start.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    System<Inattentive> system;
    std::array<Word, 3> told;

    void tell(CpuId self, sched::Pid pid) {
        system.play(self);
        told.at(self.index()).store(1, relaxed);
        (void)sched::unpark(system, pid); // it may have seen it already, and ended
    }
};

} // namespace

TEST_CASE("sched: INV-SCHED-1: an unpark of a task that is still on its way is not lost") {
    passes("spawn: on another CPU, 2 CPUs tell it 1 thing each", 1005, [] {
        Scene scene;
        auto handle = sched::spawn(scene.system, {.cpu = one}, [](Task& self) {
            Scene& here = *Scene::current;
            while (here.told[0].load(relaxed) == 0 || here.told[2].load(relaxed) == 0)
                sched::park(here.system, self);
        });
        MODEL_ASSERT(handle.has_value());
        parallel([&] { scene.system.run(one, 1); }, [&] { scene.tell(two, handle->pid()); },
                 [&] { scene.tell(zero, handle->pid()); });
    });
    passes("spawn: on another CPU, unparked once, and it parks once", 5, [] {
        Scene scene;
        auto handle = sched::spawn(scene.system, {.cpu = one}, [](Task& self) {
            sched::park(Scene::current->system, self);
            MODEL_ASSERT(Scene::current->told[2].load(relaxed) == 1);
        });
        MODEL_ASSERT(handle.has_value());
        parallel([&] { scene.system.run(one, 1); }, [&] { scene.tell(two, handle->pid()); });
    });
    passes("spawn: on another CPU, and moved on its way by 2 CPUs, twice each", 24299, [] {
        Scene scene;
        auto handle =
            sched::spawn(scene.system, {.cpu = one}, [](Task&) { Scene::current->system.quit(); });
        MODEL_ASSERT(handle.has_value());
        each_of(3, [&](unsigned cpu) {
            scene.system.play(CpuId{cpu});
            if (cpu != 1)
                for (const CpuId goal : {zero, two})
                    (void)sched::migrate(scene.system, handle->pid(), goal);
            scene.system.run(CpuId{cpu}, 9);
        });
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(scene.system.shared<sched::Feature>().taken(cpu, core::QosClass::Normal) ==
                         0);
    });
}
