// SPDX-License-Identifier: MIT
// Who asks whom, what is given and what is not, and that nothing is changed by a refusal.
#include "fixture.hpp"

using namespace sched_test;

namespace {

struct Fixture {
    using System = StealSystem;
    System system;
    std::vector<sched::Handle<System>> tasks;
    unsigned ran = 0;

    /// Tasks that run once, ready on `cpu`.
    void ready(std::uint32_t count, CpuId cpu = zero, sched::Spawn spawn = {}) {
        spawn.cpu = cpu;
        while (count-- > 0)
            tasks.push_back(system.started(spawn, [this](Task&) { ++ran; }));
    }
    /// A task that runs on `cpu` until that goes on.
    void busy(CpuId cpu) {
        tasks.push_back(system.started({.cpu = cpu, .affinity = only({cpu})},
                                       [this](Task&) { system.pause(); }));
        system.deliver_all(cpu);
        CHECK(system.step(cpu));
    }
    /// CPU 0 tells of its tasks, as at the end of a slice.
    void offer() {
        system.as(zero, [&] {
            const core::IrqOff masked;
            steal::detail::offer(system, masked, 1);
        });
    }
    std::vector<Pid> pids(std::initializer_list<std::size_t> which) {
        std::vector<Pid> all;
        for (const std::size_t n : which)
            all.push_back(tasks[n].pid());
        return all;
    }
    std::uint64_t asked(CpuId cpu) { return steal::counters(system, cpu).asked.remote_load(); }
    std::uint64_t refused(CpuId cpu) { return steal::counters(system, cpu).refused.remote_load(); }
    std::uint64_t given(CpuId cpu) { return steal::counters(system, cpu).given.remote_load(); }
    auto& hint(CpuId cpu) { return system.remote<steal::Feature>(cpu).waiting; }
    /// `thief` asks `victim`, which answers.
    void steal_from(CpuId victim, CpuId thief, std::uint32_t count) {
        CHECK(system.as(thief, [&] { return steal::ask(system, victim, count); }));
        system.deliver_all(victim);
        system.deliver_all(thief);
    }
    std::optional<steal::Error> refusal(CpuId thief, CpuId victim, std::uint32_t count) {
        const auto asked = system.as(thief, [&] { return steal::ask(system, victim, count); });
        return asked ? std::nullopt : std::optional(asked.error());
    }
};

} // namespace

TEST_CASE("steal: an idle CPU asks, and gets those that would run last") {
    Fixture f;
    f.busy(zero);
    f.ready(5);
    f.system.run(one);
    CHECK(f.asked(one) == 1);
    f.system.deliver(zero);
    CHECK(f.system.ready(zero) == f.pids({1, 2}));
    CHECK(f.given(zero) == 3);
    f.system.deliver_all(one);
    CHECK(f.system.ready(one) == f.pids({5, 4, 3}));
    CHECK(f.system.taken(zero) == 3);
    CHECK(f.system.taken(one) == 3);
    f.system.run_all();
    CHECK(f.ran == 5);
}

TEST_CASE("steal: INV-STEAL-3: an answer has the bound, and half of what waits, at most") {
    for (const std::uint32_t ready : {0U, 1U, 2U, 3U, 4U, 9U})
        for (const std::uint32_t wanted : {1U, 2U, 3U}) {
            Fixture f;
            f.busy(zero);
            f.ready(ready);
            f.steal_from(zero, one, wanted);
            CHECK(f.given(zero) == std::min(wanted, (ready + 1) / 2));
            CHECK(f.system.ready(zero).size() + f.system.ready(one).size() == ready);
            f.system.run_all();
            CHECK(f.ran == ready);
        }
}

TEST_CASE("steal: test_reject: what a CPU can't ask for") {
    Fixture f;
    CHECK(f.refusal(one, zero, 0) == steal::Error::InvalidCount);
    CHECK(f.refusal(one, zero, 4) == steal::Error::InvalidCount); // above the bound
    CHECK(f.refusal(one, one, 1) == steal::Error::InvalidCpu);
    CHECK(f.refusal(one, CpuId{4}, 1) == steal::Error::InvalidCpu);
    CHECK(f.refusal(one, zero, 1) == std::nullopt);
    CHECK(f.refusal(one, two, 1) == steal::Error::InFlight); // a second request
    f.system.deliver_all(zero);
    CHECK(f.refusal(one, two, 1) == steal::Error::InFlight);
    f.system.deliver_all(one);
    CHECK(f.refusal(one, two, 1) == std::nullopt);
    CHECK(f.system.inbox(zero).empty());
    for (const auto error : {steal::Error::InvalidCount, steal::Error::InvalidCpu,
                             steal::Error::Offline, steal::Error::InFlight})
        CHECK(format_value(error) != "?");
    CHECK(format_value(steal::Error{9}) == "?");
}

TEST_CASE("steal: INV-STEAL-2: test_reject: what is not given stays where it was") {
    Fixture f;
    f.busy(zero);
    SUBCASE("a higher class") {
        f.system.play(zero);
        for (int task = 0; task < 3; ++task) {
            auto high =
                sched::detail::spawn_within(f.system, {.qos = core::QosClass::Interactive},
                                            {.most = core::QosClass::Interactive}, [](Task&) {});
            REQUIRE(high.has_value());
            f.tasks.push_back(std::move(*high));
        }
    }
    SUBCASE("a pinned task") {
        f.ready(3, zero, {.affinity = only({zero, two})});
    }
    SUBCASE("no room at the thief") {
        f.ready(3);
        f.ready(32, one);
    }
    bool closes = false;
    SUBCASE("a thief that takes no tasks any more") {
        f.ready(3);
        closes = true;
    }
    SUBCASE("one that is wanted elsewhere") {
        f.ready(1);
        CHECK(f.system.as(two,
                          [&] { return sched::migrate(f.system, f.tasks.back().pid(), three); }));
    }
    const auto before = f.system.ready(zero);
    const auto taken = f.system.all_taken(one);
    CHECK(f.system.as(one, [&] { return steal::ask(f.system, zero, 3); }));
    if (closes)
        f.system.shared<sched::Feature>().close(one);
    f.system.deliver(zero, f.system.inbox(zero).size() - 1); // that comes first
    CHECK(f.system.ready(zero) == before);
    CHECK(f.system.all_taken(one) == taken);
    CHECK(f.refused(zero) == 1);
    CHECK(f.given(zero) == 0);
    CHECK(f.hint(zero).load(core::relaxed) == before.size()); // another may have them
    f.system.run_all();
}

TEST_CASE("steal: test_reject: a CPU that takes no tasks asks for none, and is told of none") {
    Fixture f;
    f.ready(3);
    f.system.shared<sched::Feature>().close(one);
    f.system.as(one, [&] {
        const auto asked = steal::ask(f.system, zero, 1);
        REQUIRE_FALSE(asked.has_value());
        CHECK(asked.error() == steal::Error::Offline);
    });
    f.system.run(one);
    CHECK_FALSE(f.system.shared<steal::Feature>().may_have(one));
    f.system.run_all();
}

TEST_CASE("steal: who is refused asks the next; whom all have refused pauses, longer each time") {
    Fixture f;
    for (const CpuId cpu : {zero, two})
        f.busy(cpu);
    const auto answers = [&](CpuId victim) { // it is asked, has nothing, and that is heard
        CHECK(f.system.inbox(victim).size() == 1);
        f.system.deliver_all(victim);
        f.system.deliver_all(one);
        f.system.run(one);
    };
    core::Instant now = f.system.clock;
    for (std::uint64_t pauses = 0; pauses < 12; ++pauses) {
        f.hint(zero).store(2, core::relaxed);
        f.hint(two).store(1, core::relaxed);
        f.system.run(one);
        answers(zero);
        f.hint(zero).store(2, core::relaxed); // it has refused all the same
        answers(two);
        CHECK(f.system.inbox(zero).empty());
        const std::uint64_t pause = f.system.ticks(50) << std::min<std::uint64_t>(pauses, 8);
        now += core::Nanoseconds(static_cast<std::int64_t>(pause - 1));
        f.system.go_on_to(now);
        f.system.run(one);
        CHECK(f.system.inbox(zero).empty());
        f.system.go_on_to(++now);
    }
    f.hint(two).store(0, core::relaxed);
    f.ready(2);
    f.system.run(one);
    f.system.deliver_all(zero);
    f.system.run_all();
    CHECK(f.ran == 2);
    CHECK(f.given(zero) == 1);
    f.hint(zero).store(1, core::relaxed);
    f.system.run(one);
    answers(zero);
    CHECK(f.system.remote<steal::Feature>(one).pause.load(core::relaxed) ==
          f.system.now() + f.system.ticks(50)); // it had something in between
}

TEST_CASE("steal: an owner tells one idle CPU, that does not pause") {
    Fixture f;
    f.busy(zero);
    for (const CpuId cpu : {one, two})
        f.system.run(cpu);
    f.system.remote<steal::Feature>(one).pause.store(1000, core::relaxed);
    f.ready(1);
    f.offer();
    f.offer(); // nobody else is in the set
    CHECK(steal::counters(f.system, zero).told.remote_load() == 1);
    CHECK(f.system.inbox(one).empty());
    CHECK(f.system.inbox(two).size() == 1);
    f.system.deliver_all(two);
    f.system.run(two);
    CHECK(f.asked(two) == 1);
    f.system.run_all();
    CHECK(f.ran == 1);
}

TEST_CASE("steal: one that is told and has something to do passes that on") {
    Fixture f;
    f.busy(zero);
    for (const CpuId cpu : {one, two})
        f.system.run(cpu);
    f.ready(1);
    CHECK(f.system.inbox(one).size() == 1);
    f.ready(1, one);
    f.system.deliver(one, 1); // its own task comes before the word
    CHECK(f.system.inbox(two).empty());
    f.system.deliver(one);
    CHECK(f.system.inbox(two).size() == 1);
    f.system.deliver_all(two);
    f.system.run(two);
    CHECK(f.asked(two) == 1);
    f.system.run_all();
    CHECK(f.ran == 2);
}

TEST_CASE("steal: whom an owner tells goes around") {
    Fixture f;
    f.busy(zero);
    f.ready(1, zero, {.affinity = only({zero, three})});
    f.hint(zero).store(0, core::relaxed); // so they ask nobody, and sleep
    for (const CpuId cpu : {one, two, three})
        f.system.run(cpu);
    for (const CpuId told : {one, two, three}) { // the first two are refused, and pause
        f.offer();
        CHECK(f.system.inbox(told).size() == 1);
        f.system.deliver_all(told);
        f.system.run(told);
        f.system.deliver_all(zero);
        f.system.deliver_all(told);
        f.system.run(told);
        f.system.go_on_to(f.system.clock + 1s);
    }
    CHECK(f.given(zero) == 1);
    f.system.run_all();
    CHECK(f.ran == 1);
}

TEST_CASE("steal: a CPU that is about to run its only task keeps it") {
    Fixture f;
    f.ready(1);
    f.steal_from(zero, one, 1);
    CHECK(f.given(zero) == 0);
    f.ready(1);
    f.steal_from(zero, one, 1);
    CHECK(f.given(zero) == 1);
    f.system.run_all();
    CHECK(f.ran == 2);
}

TEST_CASE("steal: a task that names no CPU begins on an idle one if others wait here") {
    Fixture f;
    f.busy(zero);
    for (const CpuId cpu : {one, three}) {
        f.system.run(cpu);
        f.system.remote<steal::Feature>(cpu).pause.store(1000, core::relaxed); // they are not told
    }
    const auto home = [&](sched::Spawn spawn = {}) {
        f.tasks.push_back(f.system.started(spawn, [&](Task&) { ++f.ran; }));
        return f.system.as(zero, [&] {
            return sched::detail::held_place(f.system, f.tasks.back().pid())
                .slot.word.home_of(f.tasks.back().pid().generation)
                ->cpu;
        });
    };
    CHECK(home() == zero); // nobody waits
    CHECK(home() == one);
    CHECK(home({.affinity = only({zero, three})}) == three);
    CHECK(home({.affinity = only({zero, two})}) == zero); // two is not idle
    CHECK(home({.cpu = two}) == two);
    f.system.shared<sched::Feature>().close(one);
    CHECK(home() == zero); // there is no room there
    f.system.run_all();
    CHECK(f.ran == 6);
}

/// A system's numbers, but for whom its CPUs ask.
template <std::uint32_t Victim>
struct Asks : StealNumbers {
    static constexpr std::uint32_t steal_victim = Victim;
};

TEST_CASE("steal: whom to ask is what the configuration says") {
    CHECK(std::is_same_v<steal::Policy<Asks<0>>, steal::ByLoad>);
    CHECK(std::is_same_v<steal::Policy<Asks<1>>, steal::InTurn>);
    CHECK(std::is_same_v<steal::Policy<Asks<2>>, steal::ByChance<1>>);
}

TEST_CASE("steal: the policies choose as they say, the same again") {
    constexpr std::uint32_t count = 4;
    const std::array<std::uint32_t, count> hints{2, 0, 3, 3};
    const auto hint = [&](CpuId cpu) { return cpu == zero ? 0 : hints[cpu.index()]; };
    const auto choices = [&](auto policy) {
        std::string text;
        for (int choice = 0; choice < 12; ++choice)
            text += std::to_string(policy.choose(zero, count, hint)->value);
        return text;
    };
    CHECK(choices(steal::InTurn()) == "232323232323");
    CHECK(choices(steal::ByLoad()) == "232323232323");
    const std::string chance = choices(steal::ByChance<7>());
    CHECK(chance == choices(steal::ByChance<7>()));
    CHECK(chance != choices(steal::ByChance<8>()));
    CHECK(chance.find('1') == std::string::npos);
    CHECK(chance.find('2') != std::string::npos);
    CHECK(chance.find('3') != std::string::npos);
    steal::ByLoad by_load;
    CHECK(by_load.choose(one, count, [](CpuId cpu) { return cpu == zero ? 5U : 1U; }) == zero);
    CHECK(!by_load.choose(one, count, [](CpuId) { return 0U; }));
    CHECK(!steal::InTurn().choose(one, count, [](CpuId) { return 0U; }));
}

TEST_CASE("steal: INV-STEAL-1: of several that take an idle CPU out, one hears so") {
    steal::IdleSet<130> set;
    CHECK(!set.may_have_any());
    for (const CpuId cpu : {zero, CpuId{64}, CpuId{129}}) {
        set.insert(cpu);
        CHECK(set.may_have(cpu));
        CHECK(set.may_have_any());
        CHECK(set.erase(cpu));
        CHECK(!set.erase(cpu));
        CHECK(!set.may_have_any());
    }
}
