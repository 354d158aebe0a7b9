// SPDX-License-Identifier: MIT
// A CPU that has nothing to do, and interrupts that make a task ready: the idle loop of
// kernel/src/wait.cpp.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using namespace sched_model;
using Feature = sched::Feature<Numbers<>>;

namespace {

struct Scene : Current<Scene> {
    System<> system;
    std::array<Word, 3> told;
    Word taken; ///< interrupts of CPU 0

    void tell(CpuId self, sched::Pid pid) {
        system.play(self);
        told.at(self.index()).store(1, relaxed);
        (void)sched::unpark(system, pid); // it may have seen it already, and ended
    }
};

/// Asleep until an interrupt is pending. It is taken as soon as the mask goes: who goes on without
/// would see it pending for ever.
auto sleep_masked(const core::IrqOff&, model::Cpu& cpu) {
    const unsigned before = Scene::current->taken.load(relaxed); // handlers are kept out
    cpu.wait_irq();
    return [before] { spin_until([&] { return Scene::current->taken.load(relaxed) != before; }); };
}

/// As the kernel does it: masked, looked at again, then asleep.
struct MaskThenLook {
    static std::optional<std::function<void()>> sleep(System<>& system, model::Cpu& cpu) {
        const core::IrqOff masked;
        if (Feature::has_work(system, masked))
            return {};
        return sleep_masked(masked, cpu);
    }
};
/// What comes between the look and the mask is taken, and then slept over.
struct LookThenMask {
    static std::optional<std::function<void()>> sleep(System<>& system, model::Cpu& cpu) {
        const bool work = [&] {
            const core::IrqOff masked;
            return Feature::has_work(system, masked);
        }();
        const core::IrqOff masked;
        if (work)
            return {};
        return sleep_masked(masked, cpu);
    }
};

/// CPU 0, until its task has ended.
template <class How>
void idle(model::Cpu& interrupts) {
    System<>& system = Scene::current->system;
    interrupts.run_here();
    system.play(zero);
    for (;;) {
        if (Feature::run(system))
            continue;
        if (system.has_ended(1))
            return;
        if (const auto interrupt_is_taken = How::sleep(system, interrupts))
            (*interrupt_is_taken)();
    }
}

/// A task of CPU 0 that waits for `others` CPUs to tell it something.
template <class How>
void hears_all(std::uint32_t others) {
    model::Cpu interrupts;
    Scene scene;
    const auto task = sched::spawn(
        scene.system, {.cpu = zero},
        [](Task& self, std::uint32_t last) {
            Scene& here = *Scene::current;
            while (here.told[1].load(relaxed) == 0 || here.told.at(last).load(relaxed) == 0)
                sched::park(here.system, self);
        },
        others);
    MODEL_ASSERT(task.has_value());
    scene.system.take_interrupts(zero, interrupts, [&] { scene.taken.fetch_add(1, relaxed); });
    each_of(1 + others, [&](unsigned cpu) {
        if (cpu != 0)
            return scene.tell(CpuId{cpu}, task->pid());
        idle<How>(interrupts);
    });
    interrupts.mask(); // the handler is done for good
}

} // namespace

TEST_CASE("sched: INV-SCHED-1: a CPU that looks masked, then sleeps, misses no task") {
    passes("idle: a task that 1 CPU tells something", 14, [] { hears_all<MaskThenLook>(1); });
    passes("idle: a task that 2 CPUs tell something", 2827, [] { hears_all<MaskThenLook>(2); });
}

TEST_CASE("sched: a CPU that looks, then masks, sleeps over a task that is ready") {
    const auto result = model::check([] { hears_all<LookThenMask>(1); });
    CHECK(result.error == model::Error::Deadlock);
}

TEST_CASE("sched: INV-SCHED-1: an interrupt of its own CPU wakes a task") {
    passes("idle: a task that its CPU's interrupt unparks, twice", 41, [] {
        model::Cpu interrupts;
        Scene scene;
        const auto task = sched::spawn(scene.system, {.cpu = zero}, [](Task& self) {
            Scene& here = *Scene::current;
            while (here.told[0].load(relaxed) != 2)
                sched::park(here.system, self);
        });
        MODEL_ASSERT(task.has_value());
        scene.system.take_interrupts(zero, interrupts, [&] {
            scene.told[0].store(scene.told[0].load(relaxed) + 1, relaxed);
            (void)sched::unpark(scene.system, task->pid());
            scene.taken.fetch_add(1, relaxed);
        });
        each_of(2, [&](unsigned cpu) {
            if (cpu != 0) {
                interrupts.send_irq();
                spin_until([&] { return scene.told[0].load(relaxed) != 0; });
                interrupts.send_irq();
                return;
            }
            idle<MaskThenLook>(interrupts);
        });
        interrupts.mask(); // the handler is done for good
    });
}
