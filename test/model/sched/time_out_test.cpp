// SPDX-License-Identifier: MIT
// Waits that time ends as they are granted: either it is had, or it is as if nobody had asked.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

/// Tasks on CPUs 0 and 1; time passes on CPU 2.
struct Scene : Current<Scene> {
    System<> system;
    sched::Mutex<System<>> mutex;
    sched::ConditionVariable<System<>> changed;
    sched::CountingSemaphore<System<>> semaphore{0};
    sched::Latch<System<>> latch{1};
    sched::Barrier<System<>> barrier{2};
    Plain<int> guarded{0};
    bool had = false; ///< by the task with a limit

    /// `waits` has a limit, `gives` has none.
    template <class Waits, class Gives>
    void run(Waits waits, Gives gives) {
        const auto waiter = sched::spawn(system, {.cpu = zero}, waits);
        const auto giver = sched::spawn(system, {.cpu = one}, gives);
        MODEL_ASSERT(waiter && giver);
        parallel([&] { system.run(zero, 1); }, [&] { system.run(one, 1); },
                 [&] { system.pass_time(two, waiter->pid()); });
        system.play(zero);
    }
};
Scene& here() {
    return *Scene::current;
}

constexpr core::Instant limit;

} // namespace

TEST_CASE("sched: INV-SCHED-7: a waiter is granted once or has given up: a mutex") {
    passes("Mutex: 1 section with a limit, 2 without", 8758, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                if (!here().mutex.try_lock_until(self, limit))
                    return;
                here().guarded.write(here().guarded.read() + 1);
                here().had = true;
                here().mutex.unlock(self);
            },
            [](Task& self) {
                for (int i = 0; i < 2; ++i) {
                    const sched::Guard held(here().mutex, self);
                    here().guarded.write(here().guarded.read() + 1);
                }
            });
        MODEL_ASSERT(scene.guarded.read() == 2 + (scene.had ? 1 : 0));
        MODEL_ASSERT(!scene.mutex.holder().is_valid());
    });
    passes("Mutex: 1 CPU gives up and comes again, 1 section without a limit", 1401, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                if (!here().mutex.try_lock_until(self, limit))
                    here().mutex.lock(self);
                here().guarded.write(here().guarded.read() + 1);
                here().mutex.unlock(self);
            },
            [](Task& self) {
                const sched::Guard held(here().mutex, self);
                here().guarded.write(here().guarded.read() + 1);
            });
        MODEL_ASSERT(scene.guarded.read() == 2 && !scene.mutex.holder().is_valid());
    });
}

TEST_CASE("sched: INV-SCHED-7: a waiter is granted once or has given up: a condition variable") {
    passes("ConditionVariable: 1 wait with a limit, 1 notify", 9146, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                const sched::Guard held(here().mutex, self);
                here().had = here().changed.wait_until(self, here().mutex, limit,
                                                       [] { return here().guarded.read() != 0; });
                MODEL_ASSERT(here().had == (here().guarded.read() != 0));
            },
            [](Task& self) {
                {
                    const sched::Guard held(here().mutex, self);
                    here().guarded.write(1);
                }
                here().changed.notify_one();
            });
    });
}

TEST_CASE("sched: INV-SCHED-7: a waiter is granted once or has given up: a semaphore") {
    passes("CountingSemaphore: 1 acquire with a limit, 2 releases", 786, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                if (!here().semaphore.try_acquire_until(self, limit))
                    return;
                MODEL_ASSERT(here().guarded.read() == 1);
                here().had = true;
            },
            [](Task&) {
                here().guarded.write(1);
                here().semaphore.release();
                here().semaphore.release();
            });
        // INV-SCHED-10: what nobody got is counted.
        for (int i = scene.had ? 1 : 0; i < 2; ++i)
            MODEL_ASSERT(scene.semaphore.try_acquire());
        MODEL_ASSERT(!scene.semaphore.try_acquire());
    });
    passes("CountingSemaphore: 1 CPU gives up and comes again, 1 release", 3071, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                if (!here().semaphore.try_acquire_until(self, limit))
                    here().semaphore.acquire(self);
                MODEL_ASSERT(here().guarded.read() == 1);
            },
            [](Task&) {
                here().guarded.write(1);
                here().semaphore.release();
            });
        MODEL_ASSERT(!scene.semaphore.try_acquire());
    });
}

TEST_CASE("sched: INV-SCHED-7: a waiter is granted once or has given up: a latch, a barrier") {
    passes("Latch: 1 wait with a limit", 563, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                if (here().latch.wait_until(self, limit))
                    MODEL_ASSERT(here().guarded.read() == 1);
            },
            [](Task&) {
                here().guarded.write(1);
                here().latch.count_down();
            });
        MODEL_ASSERT(scene.latch.try_wait());
    });
    passes("Barrier: 1 wait with a limit, then without", 1072, [] {
        Scene scene;
        scene.run(
            [](Task& self) {
                const auto token = here().barrier.arrive();
                if (!here().barrier.wait_until(self, token, limit))
                    here().barrier.wait(self, token); // who has arrived still has
                MODEL_ASSERT(here().guarded.read() == 1);
            },
            [](Task& self) {
                here().guarded.write(1);
                here().barrier.arrive_and_wait(self);
            });
    });
}
