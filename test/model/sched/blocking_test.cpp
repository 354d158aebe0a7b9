// SPDX-License-Identifier: MIT
// Semaphores, condition variables, latches and barriers between tasks of three CPUs.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    explicit Scene(std::uint32_t count = 0, std::uint32_t expected = 3)
        : semaphore(count), latch(expected), barrier(expected) {}
    System<> system;
    sched::Mutex<System<>> mutex;
    sched::ConditionVariable<System<>> changed;
    sched::CountingSemaphore<System<>> semaphore;
    sched::Latch<System<>> latch;
    sched::Barrier<System<>> barrier;
    Plain<int> guarded{0};
    std::array<Plain<int>, 3> wrote; ///< by each CPU

    [[nodiscard]] std::size_t self() const { return system.this_cpu().index(); }
};
Scene& here() {
    return *Scene::current;
}

void add_one() {
    here().guarded.write(here().guarded.read() + 1);
}
void count_twice(Task& self) {
    for (int i = 0; i < 2; ++i) {
        here().semaphore.acquire(self);
        add_one();
        here().semaphore.release();
    }
}
void check_all_wrote(int value, unsigned cpus = 3) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        MODEL_ASSERT(here().wrote.at(cpu).read() == value);
}

} // namespace

TEST_CASE("sched: INV-SCHED-10: what is released is acquired once, or counted") {
    passes("CountingSemaphore: 1 count, 2 CPUs, 2 acquires each", 68770, [] {
        Scene scene(1);
        scene.system.on_each_cpu([](Task& self) { count_twice(self); }, 2);
        MODEL_ASSERT(scene.guarded.read() == 4 && scene.semaphore.try_acquire());
        MODEL_ASSERT(!scene.semaphore.try_acquire());
    });
    passes("CountingSemaphore: 1 count, 3 CPUs, 1 acquire each", 38148, [] {
        Scene scene(1);
        scene.system.on_each_cpu([](Task& self) {
            here().semaphore.acquire(self);
            add_one();
            here().semaphore.release();
        });
        MODEL_ASSERT(scene.guarded.read() == 3 && scene.semaphore.try_acquire());
    });
    passes("CountingSemaphore: 1 CPU releases 2 at once, 2 acquire 1 each", 632, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) {
            if (here().self() == 0) {
                here().guarded.write(1);
                here().semaphore.release(2);
            } else {
                here().semaphore.acquire(self);
                MODEL_ASSERT(here().guarded.read() == 1);
            }
        });
        MODEL_ASSERT(!scene.semaphore.try_acquire());
    });
    passes("CountingSemaphore: 2 CPUs release 1 each, 1 acquires 2", 2912, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) {
            const std::size_t cpu = here().self();
            if (cpu != 0) {
                here().wrote.at(cpu).write(1);
                here().semaphore.release();
            } else {
                here().semaphore.acquire(self);
                here().semaphore.acquire(self);
                MODEL_ASSERT(here().wrote[1].read() == 1 && here().wrote[2].read() == 1);
            }
        });
        MODEL_ASSERT(!scene.semaphore.try_acquire());
    });
}

TEST_CASE("sched: INV-SCHED-9: a notify after the unlock is not lost") {
    passes("ConditionVariable: 1 CPU changes it twice, 1 waits for each", 89719, [] {
        Scene scene;
        scene.system.on_each_cpu(
            [](Task& self) {
                const bool changes = here().self() == 0;
                for (int i = 1; i <= 2; ++i) {
                    {
                        const sched::Guard held(here().mutex, self);
                        if (changes)
                            add_one();
                        else
                            here().changed.wait(self, here().mutex,
                                                [i] { return here().guarded.read() >= i; });
                    }
                    if (changes)
                        here().changed.notify_one();
                }
            },
            2);
    });
    passes("ConditionVariable: 1 CPU changes it for all that wait, 1 does", 1254, [] {
        Scene scene;
        scene.system.on_each_cpu(
            [](Task& self) {
                const sched::Guard held(here().mutex, self);
                if (here().self() == 1) {
                    add_one();
                    here().changed.notify_all();
                } else if (here().guarded.read() == 0) {
                    here().changed.wait(self, here().mutex);
                    MODEL_ASSERT(here().guarded.read() == 1);
                }
            },
            2);
    });
}

TEST_CASE("sched: INV-SCHED-11: who returns from a latch sees what came before each count") {
    passes("Latch: 3 CPUs arrive and wait", 2946, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) {
            here().wrote.at(here().self()).write(1);
            here().latch.arrive_and_wait(self);
            check_all_wrote(1);
        });
    });
    passes("Latch: 2 CPUs count down twice each, a third waits", 534, [] {
        Scene scene(0, 4);
        scene.system.on_each_cpu([](Task& self) {
            if (here().self() == 2)
                return here().latch.wait(self), check_all_wrote(1, 2);
            here().latch.count_down();
            here().wrote.at(here().self()).write(1);
            here().latch.count_down();
        });
    });
}

TEST_CASE("sched: INV-SCHED-12: nobody passes a barrier before all have come to it") {
    passes("Barrier: 3 CPUs, 1 phase", 1476, [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) {
            here().wrote.at(here().self()).write(1);
            here().barrier.arrive_and_wait(self);
            check_all_wrote(1);
        });
    });
    passes("Barrier: 2 CPUs, 2 phases", 616, [] {
        Scene scene(0, 2);
        scene.system.on_each_cpu(
            [](Task& self) {
                const std::size_t cpu = here().self();
                here().wrote.at(cpu).write(1);
                here().barrier.arrive_and_wait(self);
                check_all_wrote(1, 2);
                here().barrier.arrive_and_wait(self);
                here().wrote.at(1 - cpu).write(2); // both have looked
            },
            2);
    });
}

TEST_CASE("deep: CountingSemaphore: 3 CPUs, 1 place, 2 sections each, as far as the time goes" *
          model_test::only_deep()) {
    model_test::passes_so_far("CountingSemaphore: 3 CPUs, 1 place, 2 sections each", [] {
        Scene scene(1);
        scene.system.on_each_cpu([](Task& self) { count_twice(self); });
        MODEL_ASSERT(scene.guarded.read() == 6 && scene.semaphore.try_acquire());
    });
}

TEST_CASE("deep: Barrier: 3 CPUs, 2 phases, as far as the time goes" * model_test::only_deep()) {
    model_test::passes_so_far("Barrier: 3 CPUs, 2 phases", [] {
        Scene scene;
        scene.system.on_each_cpu([](Task& self) {
            const std::size_t cpu = here().self();
            here().wrote.at(cpu).write(1);
            here().barrier.arrive_and_wait(self);
            check_all_wrote(1);
            here().barrier.arrive_and_wait(self);
            here().wrote.at(cpu).write(2); // all have looked
        });
    });
}
