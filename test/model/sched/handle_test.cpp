// SPDX-License-Identifier: MIT
// Handles that go to other tasks.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;

namespace {

using Handle = sched::Handle<System<>>;

struct Scene : Current<Scene> {
    System<> system;
    Plain<int> wrote{0}; ///< by the child

    Handle spawn_child() {
        return *sched::spawn(system, {.cpu = one}, [](Task&) {
            Scene::current->wrote.write(1);
            return 5;
        });
    }
};

} // namespace

// What ends knows nothing of who waits but the name that it finds.
TEST_CASE("sched: a task is joined by one that it has never heard of") {
    passes("join: by a task that begins while the other runs", 6, [] {
        Scene scene;
        Handle child = scene.spawn_child();
        parallel(
            [&] {
                scene.system.play(zero);
                MODEL_ASSERT(sched::spawn(
                                 scene.system, {},
                                 [](Task& self, Handle mine) {
                                     Scene& here = *Scene::current;
                                     MODEL_ASSERT(sched::join(here.system, self, mine).value() ==
                                                  5);
                                     MODEL_ASSERT(here.wrote.read() == 1);
                                 },
                                 std::move(child))
                                 .has_value());
                scene.system.run(zero, 1);
            },
            [&] { scene.system.run(one, 1); });
    });
    passes("join: by a task that gives up, then by one that gets its handle", 421, [] {
        Scene scene;
        Handle child = scene.spawn_child();
        const auto first = sched::spawn(
            scene.system, {},
            [](Task& self, Handle mine) {
                Scene& here = *Scene::current;
                const auto value = sched::join(here.system, self, mine, core::Instant());
                if (value) {
                    MODEL_ASSERT(*value == 5);
                    return here.system.quit();
                }
                MODEL_ASSERT(value.error() == sched::Error::TimedOut);
                MODEL_ASSERT(sched::spawn(
                                 here.system, {.cpu = two},
                                 [](Task& other, Handle given) {
                                     Scene& there = *Scene::current;
                                     MODEL_ASSERT(sched::join(there.system, other, given).value() ==
                                                  5);
                                     MODEL_ASSERT(there.wrote.read() == 1);
                                     there.system.quit();
                                 },
                                 std::move(mine))
                                 .has_value());
            },
            std::move(child));
        MODEL_ASSERT(first.has_value());
        parallel([&] { scene.system.run(zero, 1); }, [&] { scene.system.run(one, 1); },
                 [&] {
                     scene.system.pass_time(two, first->pid());
                     scene.system.run(two, 1);
                 });
    });
}
