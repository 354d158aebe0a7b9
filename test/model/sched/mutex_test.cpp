// SPDX-License-Identifier: MIT
// A mutex between tasks of three CPUs.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

using Mutex = sched::Mutex<System<>>;

/// What the tasks of a test share. Made by each run, for functions that capture nothing.
struct Scene : Current<Scene> {
    System<> system;
    Mutex mutex;
    Plain<int> guarded{0};

    void count(Task& self, int times) {
        for (int i = 0; i < times; ++i) {
            const sched::Guard held(mutex, self);
            guarded.write(guarded.read() + 1);
        }
    }
};

} // namespace

TEST_CASE("sched: INV-SCHED-8: one task holds a mutex at a time") {
    passes("Mutex: 2 CPUs, 1 section each", 24, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) { Scene::current->count(self, 1); }, 2);
        MODEL_ASSERT(scene.guarded.read() == 2);
    });
    passes("Mutex: 2 CPUs, 2 sections each", 4160, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) { Scene::current->count(self, 2); }, 2);
        MODEL_ASSERT(scene.guarded.read() == 4);
    });
    passes("Mutex: 3 CPUs, 1 section each", 4200, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) { Scene::current->count(self, 1); });
        MODEL_ASSERT(scene.guarded.read() == 3);
    });
}

TEST_CASE("deep: Mutex: 3 CPUs, 2 sections each, as far as the time goes" *
          model_test::only_deep()) {
    model_test::passes_so_far("Mutex: 3 CPUs, 2 sections each", [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) { Scene::current->count(self, 2); });
        MODEL_ASSERT(scene.guarded.read() == 6);
    });
}
