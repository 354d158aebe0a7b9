// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/sched-qos/feature.hpp>
#include <neuron/selftest/run.hpp>

#include "feature.hpp"
#include "inversion.hpp"

namespace neuron::sched_qos {
namespace selftests {

using Flag = core::Atomic<std::uint32_t>;

/// In which order tasks of three classes come, and which turn is the Idle one's beside one of
/// PerfBurst that never waits.
inline void order(selftest::Record& record, Queue& queue) {
    Entry low(QosClass::Idle, 1);
    Entry first(QosClass::Normal, 2);
    Entry second(QosClass::Normal, 3);
    Entry high(QosClass::PerfBurst, 4);
    queue.configure(10, 4);
    for (Entry* each : {&first, &high, &low, &second})
        queue.enqueue(*each);
    std::uint64_t digits = 0;
    while (Entry* const next = queue.dequeue())
        digits = 10 * digits + next->digit;
    record.value("order", digits);
    for (Entry* each : {&low, &high})
        queue.enqueue(*each);
    std::uint64_t turns = 1;
    Entry* running = queue.dequeue();
    for (std::uint64_t now = 10; running != &low && now < 1000; now += 10, ++turns) {
        queue.observe(now);
        queue.end_turn(running);
        queue.enqueue(*running);
        running = queue.dequeue();
    }
    record.value("turn", turns);
    while (queue.dequeue() != nullptr) {
    }
}

template <class System>
void run_queue(selftest::Run& run, System& system) {
    run.test("sched-qos.order", [&](selftest::Record& record) { // INV-QOS-1, INV-QOS-3
        const core::IrqOff masked;
        system.template own<Feature>(masked).queue.with(
            masked, [&](Queue& queue) { order(record, queue); });
    });
}

template <class System>
void run_rejects(selftest::Run& run, System& system, Task& self, const Authority& authority) {
    const auto nothing = [](Task&) {};
    constexpr auto unknown = static_cast<QosClass>(7);
    run.test("sched-qos.test_reject_class", [&](selftest::Record& record) {
        record.value("up", set_qos(system, self, QosClass::Interactive).error());
        record.value("unknown", set_qos(system, self, unknown).error());
        record.value("others", set_qos(system, authority, self.pid(), unknown).error());
        record.value("spawned", spawn(system, authority, {.qos = unknown}, nothing).error());
        record.value("child", sched::spawn(system, {.qos = QosClass::PerfBurst}, nothing).error());
        auto task = sched::spawn(system, {}, nothing);
        const core::Pid pid = task->pid();
        (void)sched::join(system, self, *task);
        record.value("stale", set_qos(system, authority, pid, QosClass::Idle).error());
        record.value("still", self.qos());
    });
    run.test("sched-qos.test_reject_share", [&](selftest::Record& record) {
        record.value("up", set_share(system, self, self.share() + 1).error());
        record.value("none", set_share(system, authority, self, 0).error());
        record.value("too_much", set_share(system, authority, self, 1001).error());
        record.value("still", self.share());
    });
    run.test("sched-qos.test_reject_affinity", [&](selftest::Record& record) {
        sched::CpuMask offline;
        offline.insert(core::CpuId{static_cast<std::uint32_t>(system.cpu_count())});
        sched::CpuMask wider = sched::CpuMask::first(128);
        record.value("empty", set_affinity(system, authority, self, {}).error());
        record.value("offline", set_affinity(system, authority, self, offline).error());
        record.value("wider", set_affinity(system, self, wider).error());
    });
    run.test("sched-qos.decisions", [&](selftest::Record& record) {
        std::uint64_t last = 0;
        while (const auto next = decision_from(system, last + 1))
            last = next->number;
        (void)set_share(system, self, 2000);
        const auto made = decision_from(system, last + 1);
        record.expect(made && made->by == self.pid() && made->number == last + 1, "it is there");
        record.value("subject", made->subject);
        record.value("wanted", made->wanted);
        record.value("refusal", *made->refusal);
    });
}

/// Every slot of a class on this CPU is out: a task does not get in, and is as it was.
template <class System>
void run_full(selftest::Run& run, System& system, Task& self, const Authority& authority) {
    run.test("sched-qos.test_reject_full_class", [&](selftest::Record& record) {
        auto& admissions = system.template shared<sched::Feature>();
        std::array<percpu_runqueue::Slot, System::Values::sched_capacity> slots;
        for (auto& slot : slots)
            slot = *admissions.try_take(core::boot_cpu, QosClass::Idle);
        record.value("one_more",
                     sched::spawn(system, {.qos = QosClass::Idle}, [](Task&) {}).error());
        record.value("own", set_qos(system, self, QosClass::Idle).error());
        record.value("others", set_qos(system, authority, self.pid(), QosClass::Idle).error());
        record.value("still", self.qos());
        record.expect(admissions.taken(core::boot_cpu, QosClass::Idle) == slots.size(),
                      "no more are out");
    });
}

/// One of a higher class runs at once, though nobody gives way; where tasks are preempted.
template <class System>
void run_at_once(selftest::Run& run, System&, Task&, const Authority&) {
    run.test("sched-qos.at_once",
             [](selftest::Record& record) { record.skip("nobody-is-preempted"); });
}
template <class System>
    requires requires { System::Values::preempt_slice; }
void run_at_once(selftest::Run& run, System& system, Task& self, const Authority& authority) {
    run.test("sched-qos.at_once", [&](selftest::Record& record) {
        Flag flag{0};
        const auto shared = core::Ref<Flag>::unsafe_to(flag); // SAFETY: it is joined below
        auto high = spawn(
            system, authority,
            {.affinity = sched::CpuMask::only(core::boot_cpu), .qos = QosClass::Interactive},
            [](Task&, core::Ref<Flag> has_run) { has_run->store(1, core::relaxed); }, shared);
        // Nobody gave way: the interrupt is taken as spawn unmasks (RISC-V Privileged Architecture,
        // section 4.1.3: at once after a write to sstatus).
        record.value("ran", flag.load(core::relaxed));
        record.value("value", sched::join(system, self, *high).value_or(-1));
    });
}

template <class System>
void run_classes(selftest::Run& run, System& system, Task& self, const Authority& authority) {
    run.test("sched-qos.inherited", [&](selftest::Record& record) {
        auto parent = spawn(system, authority, {.qos = QosClass::Interactive}, [](Task& own) {
            System& here = sched::detail::here<System>();
            (void)set_share(here, own, 40);
            auto child = sched::spawn(here, {}, [](Task& its) {
                return its.qos() == QosClass::Interactive && its.share() == 40 ? 1 : 0;
            });
            const bool refused = sched::spawn(here, {.qos = QosClass::PerfBurst}, [](Task&) {
                                 }).error() == Error::NoAuthority;
            return sched::join(here, own, *child).value_or(0) + (refused ? 2 : 0);
        });
        record.value("value", sched::join(system, self, *parent).value_or(-1));
    });

    run.test("sched-qos.down_and_up", [&](selftest::Record& record) {
        auto task = sched::spawn(system, {}, [](Task& own) {
            System& here = sched::detail::here<System>();
            const bool down = set_qos(here, own, QosClass::Idle).has_value();
            const bool up = set_qos(here, own, QosClass::Normal).has_value();
            return own.qos() == QosClass::Idle && down && !up ? 1 : 0;
        });
        record.value("value", sched::join(system, self, *task).value_or(-1));
        record.expect(
            system.template shared<sched::Feature>().taken(core::boot_cpu, QosClass::Idle) == 0,
            "its slot is back");
    });

    // A task that never waits, of the last CPU, goes on until an Idle one has run there, which is
    // made PerfBurst from here.
    run.test("sched-qos.of_another_cpu", [&](selftest::Record& record) {
        const core::CpuId last{static_cast<std::uint32_t>(cpus_with_tasks(system) - 1)};
        Flag flag{0};
        // SAFETY: both are joined below.
        const auto shared = core::Ref<Flag>::unsafe_to(flag);
        auto spins = sched::spawn(
            system, {.cpu = last},
            [](Task& own, core::Ref<Flag> has_run) {
                while (has_run->load(core::relaxed) == 0)
                    sched::yield(sched::detail::here<System>(), own);
                return 1;
            },
            shared);
        auto low = sched::spawn(
            system, {.cpu = last, .qos = QosClass::Idle},
            [](Task& own, core::Ref<Flag> has_run) {
                has_run->store(1, core::relaxed);
                return own.qos() == QosClass::PerfBurst ? 2 : 0;
            },
            shared);
        core::Result<void, Error> raised{};
        (void)selftest::comes_to_pass(system, [&] {
            raised = set_qos(system, authority, low->pid(), QosClass::PerfBurst);
            return raised != std::unexpected(Error::Busy); // an idle CPU is just taking it
        });
        const int value = sched::join(system, self, *low).value_or(-1);
        // It may have run before it was raised, and ended.
        record.expect(value == 2 || raised == std::unexpected(Error::NoSuchTask) ||
                          (value == 0 && raised.has_value()),
                      "it has the class that it was given");
        record.value("value", sched::join(system, self, *spins).value_or(-1));
    });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    Task& self = sched::this_task(system);
    const auto authority = take_authority(system);
    run.test("sched-qos.authority", [&](selftest::Record& record) { // INV-QOS-4
        record.expect(authority.has_value(), "for who asks first");
        record.value("again", take_authority(system).has_value());
    });
    if (!authority)
        return;
    selftests::run_queue(run, system);
    selftests::run_classes(run, system, self, *authority);
    selftests::run_at_once(run, system, self, *authority);
    selftests::run_inversions(run, system, self, *authority);
    selftests::run_rejects(run, system, self, *authority);
    selftests::run_full(run, system, self, *authority);
}

} // namespace neuron::sched_qos
