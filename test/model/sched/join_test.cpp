// SPDX-License-Identifier: MIT
// The end of a task, who waits for it, and who takes its place.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

struct Scene : Current<Scene> {
    System<> system;
    std::array<Plain<int>, 2> wrote; ///< by each child, in order

    /// A task on CPU 1, whose pool has room for one.
    auto spawn_child() {
        return sched::spawn(
            system, {.cpu = one},
            [](Task&, int number) {
                Scene::current->wrote.at(static_cast<std::size_t>(number)).write(number + 1);
                return number + 1;
            },
            std::exchange(children, children + 1));
    }
    template <class F>
    sched::Pid spawn_parent(F function) {
        const auto parent = sched::spawn(system, {.cpu = zero}, function);
        MODEL_ASSERT(parent.has_value());
        return parent->pid();
    }
    void check_place_is_free() {
        system.play(zero);
        MODEL_ASSERT(
            system.remote<sched::Feature>(one).tasks.take(sched::StackSize::Normal).has_value());
    }
    int children = 0; ///< by the parent alone
};

/// Children, one after the other: who has joined one may take its place.
void join(Task& self, int children) {
    Scene& here = *Scene::current;
    for (int i = 0; i < children; ++i) {
        auto child = here.spawn_child();
        MODEL_ASSERT(child.has_value());
        MODEL_ASSERT(sched::join(here.system, self, *child).value() == i + 1);
        MODEL_ASSERT(here.wrote.at(static_cast<std::size_t>(i)).read() == i + 1);
    }
}

} // namespace

TEST_CASE("sched: who joins a task sees all that it did, and may take its place") {
    passes("join: 2 tasks in one place, one after the other", 44, [] {
        Scene scene;
        (void)scene.spawn_parent([](Task& self) { join(self, 2); });
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(one, 2); });
        scene.check_place_is_free();
    });
    passes("join: 1 task, while a third CPU unparks who joins, twice", 16725, [] {
        Scene scene;
        const sched::Pid parent = scene.spawn_parent([](Task& self) { join(self, 1); });
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(one, 1); },
                 [&] {
                     scene.system.play(two);
                     (void)sched::unpark(scene.system, parent);
                     (void)sched::unpark(scene.system, parent);
                 });
        scene.check_place_is_free();
    });
}

TEST_CASE("sched: a join that gives up leaves the task, and may be made again") {
    passes("join: with a limit, then without", 665, [] {
        Scene scene;
        const sched::Pid parent = scene.spawn_parent([](Task& self) {
            Scene& here = *Scene::current;
            auto child = here.spawn_child();
            auto value = sched::join(here.system, self, *child, core::Instant());
            if (!value) {
                MODEL_ASSERT(value.error() == sched::Error::TimedOut);
                value = sched::join(here.system, self, *child);
            }
            MODEL_ASSERT(value.value() == 1 && here.wrote[0].read() == 1);
            MODEL_ASSERT(sched::join(here.system, self, *child).error() ==
                         sched::Error::NoSuchTask);
        });
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(one, 1); },
                 [&] { scene.system.pass_time(two, parent); });
        scene.check_place_is_free();
    });
}

TEST_CASE("sched: the last who holds a task's place gives it back") {
    passes("join: nobody joins 2 tasks", 17, [] {
        Scene scene;
        (void)scene.spawn_parent([](Task&) {
            (void)Scene::current->spawn_child(); // the handle goes
            (void)Scene::current->spawn_child(); // refused, or in the place of the first
        });
        model::Thread runs([&] { scene.system.run(one, 9); });
        parallel([&] { scene.system.run(zero, 1); });
        scene.system.quit();
        runs.join();
        scene.check_place_is_free();
    });
    passes("join: one who joins, and one on another CPU who wants the place", 816, [] {
        Scene scene;
        (void)scene.spawn_parent([](Task& self) {
            Scene& here = *Scene::current;
            auto child = here.spawn_child();
            if (child)
                MODEL_ASSERT(sched::join(here.system, self, *child).value() == 1);
        });
        MODEL_ASSERT(sched::spawn(scene.system, {.cpu = two}, [](Task& self) {
                         Scene& here = *Scene::current;
                         auto child =
                             sched::spawn(here.system, {.cpu = one}, [](Task&) { return 7; });
                         MODEL_ASSERT(child || child.error() == sched::Error::TaskLimit);
                         if (child)
                             MODEL_ASSERT(sched::join(here.system, self, *child).value() == 7);
                     }).has_value());
        model::Thread runs([&] { scene.system.run(one, 9); });
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(two, 1); });
        scene.system.quit();
        runs.join();
        scene.check_place_is_free();
    });
}
