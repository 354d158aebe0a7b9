// SPDX-License-Identifier: MIT
// Where the tasks of a CPU go that is taken down, and when it is refused.
#include <neuron/hotplug/evict.hpp>

#include <doctest/doctest.h>

#include "../sched/system.hpp"

/// Without lib/ipi: what stands below evict.hpp is not here.
template <class Values>
struct neuron::hotplug::Feature {
    using Shared = hotplug::Shared<Values::max_cpus>;
};

using namespace sched_test;
using hotplug::detail::evict;
using hotplug::detail::is_empty;
using hotplug::detail::release_reserved;
using hotplug::detail::reserve;

namespace {

using HotSystem = System<Numbers, hotplug::Feature<Numbers>>;

struct Fixture {
    HotSystem system;
    bool stops = false;
    std::map<std::string, CpuId> ended; ///< where each task did
    std::vector<sched::Handle<HotSystem>> tasks;

    /// A task that parks until all are to end.
    Pid start(std::string name, const sched::Spawn& spawn) {
        tasks.push_back(system.started(spawn, [this, name](Task& self) {
            while (!stops)
                sched::park(system, self);
            ended[name] = system.this_cpu();
        }));
        return tasks.back().pid();
    }
    /// What was sent to that CPU arrives, and it goes on until it is idle.
    void run(CpuId cpu) {
        system.deliver_all(cpu);
        system.run(cpu);
    }
    void end_all() {
        stops = true;
        for (const auto& task : tasks)
            (void)sched::unpark(system, task.pid());
        for (int pass = 0; pass < 2; ++pass) // a task may be on its way when the first one begins
            system.run_all();
        for (const CpuId cpu : {zero, one, two, three})
            CHECK(taken(cpu) == 0);
    }
    auto& admissions() { return system.template shared<sched::Feature>(); }
    std::uint32_t taken(CpuId cpu) { return admissions().taken(cpu, normal); }
};

} // namespace

TEST_CASE("hotplug: INV-HOTPLUG-2: tasks that are parked and new ones go on elsewhere, spread") {
    Fixture f;
    f.start("parked", {.cpu = one});
    f.start("other", {.cpu = one});
    f.run(one);                    // both are parked there
    f.start("late", {.cpu = one}); // and one is on its way
    f.admissions().close(one);
    CHECK(reserve(f.system, one));
    CHECK(f.taken(zero) + f.taken(two) + f.taken(three) == 3);
    CHECK(f.taken(two) == 1);
    CHECK(f.taken(three) == 1);
    evict(f.system, one);
    CHECK_FALSE(is_empty(f.system, one));
    f.run(one);
    CHECK(is_empty(f.system, one));
    release_reserved(f.system);
    CHECK(f.taken(zero) + f.taken(two) + f.taken(three) == 3);
    f.system.run_all(); // they park again
    f.end_all();
    CHECK(f.ended.size() == 3);
    for (const auto& [name, cpu] : f.ended)
        CHECK(cpu != one);
}

TEST_CASE("hotplug: INV-HOTPLUG-2: a task that goes somewhere already is woken, and goes there") {
    Fixture f;
    const auto parked = f.start("parked", {.cpu = one});
    f.run(one);
    CHECK(sched::migrate(f.system, parked, three).has_value());
    f.admissions().close(one);
    CHECK(reserve(f.system, one));
    evict(f.system, one);
    f.run(one);
    CHECK(is_empty(f.system, one));
    release_reserved(f.system);
    CHECK(f.taken(three) == 1);
    CHECK(f.taken(zero) + f.taken(two) == 0);
    f.end_all();
    CHECK(f.ended["parked"] == three);
}

TEST_CASE("hotplug: a task that goes somewhere already needs no other slot") {
    Fixture f;
    const auto parked = f.start("parked", {.cpu = one});
    f.run(one);
    CHECK(sched::migrate(f.system, parked, three).has_value());
    {
        std::vector<percpu_runqueue::Slot> slots; // all others are full
        for (const CpuId cpu : {zero, two, three})
            while (auto slot = f.admissions().try_take(cpu, normal))
                slots.push_back(std::move(*slot));
        f.admissions().close(one);
        CHECK(reserve(f.system, one));
        evict(f.system, one);
        f.run(one);
        CHECK(is_empty(f.system, one));
        release_reserved(f.system);
    }
    f.end_all();
    CHECK(f.ended["parked"] == three);
}

TEST_CASE(
    "hotplug: INV-HOTPLUG-1: test_reject: no slot elsewhere for one of them: nothing changes") {
    Fixture f;
    f.start("free", {.cpu = one});
    f.start("bound", {.cpu = one, .affinity = only({one})});
    f.run(one);
    f.admissions().close(one);
    CHECK_FALSE(reserve(f.system, one));
    CHECK(f.taken(one) == 2);
    for (const CpuId cpu : {zero, two, three})
        CHECK(f.taken(cpu) == 0);
    f.admissions().open(one);
    f.end_all();
    CHECK(f.ended["bound"] == one);
    CHECK(f.ended["free"] == one);
}

TEST_CASE("hotplug: INV-HOTPLUG-1: test_reject: the others are full: nothing changes") {
    Fixture f;
    for (const CpuId cpu : {zero, two, three})
        for (int n = 0; n < 6; ++n)
            f.start("filler", {.cpu = cpu});
    for (int n = 0; n < 4; ++n) // one more than there are slots left
        f.start("mine", {.cpu = one});
    f.admissions().close(one);
    CHECK_FALSE(reserve(f.system, one));
    for (const CpuId cpu : {zero, two, three})
        CHECK(f.taken(cpu) == 6);
    CHECK(f.taken(one) == 4);
    f.system.run_all();
    f.end_all();
}

TEST_CASE("hotplug: a slot that was held for a task which may not go there is left for another") {
    Fixture f;
    f.start("picky", {.cpu = one, .affinity = only({one, two})});
    f.start("other", {.cpu = one});
    f.run(one);
    f.admissions().close(one);
    CHECK(reserve(f.system, one));
    evict(f.system, one);
    f.run(one);
    release_reserved(f.system);
    f.end_all();
    CHECK(f.ended["picky"] == two);
    CHECK(f.ended["other"] != one);
}

TEST_CASE("hotplug: a task of a CPU that is to go spawns: elsewhere, unless it names a CPU") {
    Fixture f;
    std::optional<CpuId> ran;
    std::optional<sched::Error> refused;
    bool is_closed = false;
    const auto parent = f.system.started({.cpu = one, .affinity = only({one})}, [&](Task& self) {
        while (!is_closed)
            sched::yield(f.system, self), f.system.pause();
        const auto child = f.system.started({}, [&](Task&) { ran = f.system.this_cpu(); });
        const auto here = f.system.start({.cpu = one}, [](Task&) {});
        refused = here.error();
    });
    for (int n = 0; n < 6; ++n) // CPU 0 has no room
        f.start("filler", {.cpu = zero});
    f.system.deliver_all(one);
    (void)f.system.step(one);
    f.admissions().close(one);
    is_closed = true;
    f.system.run(one);
    f.system.run_all();
    f.end_all();
    CHECK(ran == two);
    CHECK(refused == sched::Error::InvalidCpu);
}

TEST_CASE("hotplug: a task for which no slot is held takes one where it may run") {
    Fixture f;
    f.start("late", {.cpu = one, .affinity = only({one, three})});
    f.run(one);
    f.admissions().close(one); // before it came, slots were taken for others alone
    evict(f.system, one);
    f.run(one);
    CHECK(is_empty(f.system, one));
    CHECK(f.taken(three) == 1);
    f.end_all();
    CHECK(f.ended["late"] == three);
}

TEST_CASE(
    "hotplug: INV-HOTPLUG-2: a task that is parked elsewhere, and was to come, comes and goes") {
    Fixture f;
    const auto parked = f.start("parked", {.cpu = two});
    f.run(two);
    CHECK(sched::migrate(f.system, parked, one).has_value());
    f.admissions().close(one);
    CHECK(reserve(f.system, one));
    for (int pass = 0; pass < 4; ++pass) {
        evict(f.system, one);
        f.system.run_all();
    }
    CHECK(is_empty(f.system, one));
    release_reserved(f.system);
    f.end_all();
    CHECK(f.ended["parked"] != one);
}

TEST_CASE(
    "hotplug: INV-HOTPLUG-2: no task goes to a CPU that was stopped, though it is not closed") {
    Fixture f;
    f.start("parked", {.cpu = one, .affinity = only({one, two, three})});
    f.run(one);
    f.system.refuses = two;
    f.admissions().close(one);
    CHECK(reserve(f.system, one));
    CHECK(f.taken(two) == 0);
    evict(f.system, one);
    release_reserved(f.system);
    f.system.run_all();
    CHECK(f.taken(three) == 1);
    f.end_all();
    CHECK(f.ended["parked"] == three);
}
