// SPDX-License-Identifier: MIT
// A CPU that is taken down, against thieves and unparks; and its last word.
#include <neuron/hotplug/evict.hpp>
#include <neuron/percpu/life.hpp>

#include "../steal/system.hpp"

using namespace suite;
using namespace sched_model;

/// Without lib/ipi: what stands below evict.hpp is not here.
template <class Values>
struct neuron::hotplug::Feature {
    using Shared = hotplug::Shared<Values::max_cpus>;
};

namespace {

void passes(const std::string& name, std::uint64_t executions, std::function<void()> body) {
    model_test::passes(name, executions, body, 600);
}

/// CPU 0 goes; its tasks end on CPU 1, or before, each once.
struct Scene : Current<Scene> {
    using Values = Quiet;
    System<Values, steal::Feature<Values>, hotplug::Feature<Values>> system;
    Word ended; ///< tasks
    std::array<Plain<int>, 2> own;
    unsigned tasks = 0;

    template <class F>
    sched::Pid start(F) {
        const auto task = sched::spawn(
            system, {.cpu = zero, .affinity = sched::CpuMask::first(2)},
            [](Task& self, std::uint32_t number) {
                Scene& here = *Scene::current;
                here.own.at(number).write(1); // wherever it is
                F{}(here, self);
                here.own.at(number).write(2);
                if (here.ended.fetch_add(1, core::acq_rel) + 1 == here.tasks)
                    here.system.quit();
            },
            tasks++);
        MODEL_ASSERT(task.has_value());
        return task->pid();
    }
    /// By `cpu`: tasks leave CPU 0. INV-HOTPLUG-2.
    void take_down(CpuId cpu) {
        system.play(cpu);
        system.shared<sched::Feature>().close(zero);
        MODEL_ASSERT(hotplug::detail::reserve(system, zero));
        hotplug::detail::evict(system, zero);
        // Who was about to go elsewhere has gone by itself; nobody has come.
        spin_until([&] { return hotplug::detail::is_empty(system, zero); });
        MODEL_ASSERT(!system.is_task_on_its_way_to(zero));
        hotplug::detail::release_reserved(system);
        if (cpu == one) // where they go
            system.run(one, 9);
    }
    void check_end() {
        system.play(zero);
        for (unsigned task = 0; task < tasks; ++task)
            MODEL_ASSERT(own.at(task).read() == 2);
        for (const CpuId cpu : {zero, one, two})
            MODEL_ASSERT(system.shared<sched::Feature>().taken(cpu, core::QosClass::Normal) == 0);
    }
};

} // namespace

constexpr auto nothing = [](Scene&, Task&) {};
constexpr auto parks = [](Scene& here, Task& self) { sched::park(here.system, self); };

TEST_CASE("hotplug: INV-HOTPLUG-2: tasks of a CPU that goes run once, elsewhere or before") {
    passes("hotplug: cpu_down, 2 tasks that are ready", 9490, [] {
        Scene scene;
        scene.start(nothing);
        scene.start(nothing);
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.take_down(one); });
        scene.check_end();
    });
    passes("hotplug: cpu_down against steal, by the thief", 24944, [] {
        Scene scene;
        scene.start(nothing);
        scene.start(nothing);
        scene.system.play(one);
        MODEL_ASSERT(steal::ask(scene.system, zero, 1).has_value());
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.take_down(one); });
        scene.check_end();
    });
    passes("hotplug: cpu_down against steal by the CPU that goes", 4081, [] {
        Scene scene;
        scene.start(nothing);
        parallel(
            [&] {
                scene.system.play(zero);
                (void)steal::ask(scene.system, one, 1); // it may be closed already
                scene.system.run(zero, 9);
            },
            [&] {
                scene.system.play(one);
                scene.system.run(one, 9);
            },
            [&] { scene.take_down(two); });
        scene.check_end();
    });
    passes("hotplug: cpu_down against unpark", 128526, [] {
        Scene scene;
        const sched::Pid task = scene.start(parks);
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.take_down(one); },
                 [&] {
                     scene.system.play(two);
                     (void)sched::unpark(scene.system, task); // or it has gone on by itself
                 });
        scene.check_end();
    });
    passes("hotplug: cpu_down against migrate", 30106, [] {
        Scene scene;
        const sched::Pid task = scene.start(nothing);
        parallel([&] { scene.system.run(zero, 9); }, [&] { scene.take_down(one); },
                 [&] {
                     scene.system.play(two);
                     (void)sched::migrate(scene.system, task, one); // or it has gone already
                 });
        scene.check_end();
    });
}

TEST_CASE("hotplug: INV-HOTPLUG-3: a CPU that leaves has had what was posted to it") {
    passes("hotplug: a sender, who takes it down, the CPU", 4, [] {
        percpu::Life life;
        life.begin();
        (void)life.arrive();
        Word mailbox;
        Word heard;
        Word may_leave;
        bool was_posted = false;
        bool was_taken = false;
        model::Cpu sender;
        sender.set_handler([&] {
            sender.clear_irq();
            core::fence(core::acquire);    // as a call is taken
            heard.store(1, core::release); // as the reply to a call
        });
        parallel(
            [&] {
                sender.run_here();
                sender.mask();
                if (life.is_online()) { // masked, as ipi::post is
                    mailbox.store(1, core::relaxed);
                    was_posted = true;
                }
                sender.unmask();
                spin_until([&] { return heard.load(relaxed) != 0; });
                sender.mask();
            },
            [&] {
                MODEL_ASSERT(life.part());
                core::fence(core::release); // as a call is posted
                sender.send_irq();
                spin_until([&] { return heard.load(core::acquire) != 0; });
                may_leave.store(1, core::release);
            },
            [&] {
                spin_until([&] { return may_leave.load(core::acquire) != 0; });
                was_taken = mailbox.load(core::relaxed) != 0;
                MODEL_ASSERT(life.leave());
            });
        MODEL_ASSERT(was_taken == was_posted);
    });
    passes("hotplug: Life: one leaves, or it stays", 2, [] {
        percpu::Life life;
        life.begin();
        (void)life.arrive();
        Plain<int> last_words;
        MODEL_ASSERT(life.part());
        bool left = false;
        bool stayed = false;
        parallel(
            [&] {
                last_words.write(1);
                left = life.leave();
            },
            [&] {
                stayed = life.stay();
                if (!stayed)
                    MODEL_ASSERT(last_words.read() == 1);
            });
        MODEL_ASSERT(left != stayed && life.has_left() == left && life.is_online() == stayed);
    });
}
