// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/hotplug/hotplug.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::hotplug {
namespace selftests {

/// Waits until somebody sets `go`; 1 if it is not on the last CPU then.
template <class System>
int wait_and_look(sched::Task& self, core::Ref<core::Atomic<std::uint32_t>> go, bool parks) {
    System& system = sched::detail::here<System>();
    while (go->load(core::acquire) == 0) {
        if (parks)
            sched::park(system, self);
        else
            sched::yield(system, self);
    }
    return sched::detail::cpu_of_this(system).value != system.cpu_count() - 1 ? 1 : 0;
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    sched::Task& self = sched::this_task(system);
    const core::CpuId last{static_cast<std::uint32_t>(system.cpu_count() - 1)};
    const auto down = [&](core::CpuId cpu) {
        return cpu_down(system, self, cpu, system.diagnostic_deadline());
    };
    const auto up = [&](core::CpuId cpu) {
        return cpu_up(system, self, cpu, system.diagnostic_deadline());
    };
    const auto error_of = [](const auto& result) {
        return result ? std::string_view("none") : to_string(result.error());
    };

    run.test("hotplug.down_and_up", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        for (std::uint32_t number = 1; number < system.cpu_count(); ++number) {
            const core::CpuId cpu{number};
            const bool went = down(cpu).has_value() && system.life(cpu).has_left();
            const bool came = up(cpu).has_value() && system.life(cpu).is_online();
            auto task = sched::spawn(
                system, {.cpu = cpu, .affinity = sched::CpuMask::only(cpu)}, [](sched::Task&) {
                    return static_cast<int>(
                        sched::detail::cpu_of_this(sched::detail::here<System>()).value);
                });
            const bool ran = task && sched::join(system, self, *task) == static_cast<int>(number);
            cpus += went && came && ran ? 1 : 0;
        }
        record.value("cpus", cpus);
    });

    run.test("hotplug.test_reject", [&](selftest::Record& record) { // INV-HOTPLUG-1
        if (system.cpu_count() == 1)
            return record.skip("one CPU");
        record.value("cpu0", error_of(down(core::boot_cpu)));
        record.value("none", error_of(down(core::CpuId{system.cpu_count()})));
        record.value("up", error_of(up(last)));
        core::Atomic<std::uint32_t> go{0};
        // SAFETY: the task is joined below.
        const auto shared = core::Ref<core::Atomic<std::uint32_t>>::unsafe_to(go);
        auto pinned = sched::spawn(
            system, {.cpu = last, .affinity = sched::CpuMask::only(last)},
            [](sched::Task& task, core::Ref<core::Atomic<std::uint32_t>> all) {
                return selftests::wait_and_look<System>(task, all, true);
            },
            shared);
        record.value("pinned", error_of(down(last)));
        go.store(1, core::release);
        (void)sched::unpark(system, pinned->pid());
        record.expect(sched::join(system, self, *pinned) == 0, "it stayed where it was");
        record.expect(down(last).has_value(), "it goes when that task has ended");
        record.value("down", error_of(down(last)));
        const auto refused = sched::spawn(system, {.cpu = last}, [](sched::Task&) {});
        record.value("spawn", refused ? "none" : to_string(refused.error()));
        record.expect(up(last).has_value(), "it comes back");
    });

    run.test("hotplug.tasks_go_on", [&](selftest::Record& record) { // INV-HOTPLUG-2
        if (system.cpu_count() == 1)
            return record.skip("one CPU");
        using Go = core::Atomic<std::uint32_t>;
        Go go{0};
        const auto shared = core::Ref<Go>::unsafe_to(go); // SAFETY: all are joined below
        const sched::Spawn there{.cpu = last};
        auto parked = sched::spawn(
            system, there,
            [](sched::Task& task, core::Ref<Go> all) {
                return selftests::wait_and_look<System>(task, all, true);
            },
            shared);
        auto yielding = sched::spawn(
            system, there,
            [](sched::Task& task, core::Ref<Go> all) {
                return selftests::wait_and_look<System>(task, all, false);
            },
            shared);
        auto parent = sched::spawn(
            system, there,
            [](sched::Task& task, core::Ref<Go> all) {
                System& here = sched::detail::here<System>();
                auto child = sched::spawn(here, {}, [](sched::Task&) { return 6; });
                const int elsewhere = selftests::wait_and_look<System>(task, all, false);
                return 10 * elsewhere + sched::join(here, task, *child).value_or(0);
            },
            shared);
        record.expect(parked && yielding && parent, "room");
        record.expect(down(last).has_value(), "they leave it");
        go.store(1, core::release);
        (void)sched::unpark(system, parked->pid());
        const int both = sched::join(system, self, *parent).value_or(0);
        record.value("elsewhere", sched::join(system, self, *parked).value_or(0) +
                                      sched::join(system, self, *yielding).value_or(0) + both / 10);
        record.value("sum", both % 10);
        record.expect(up(last).has_value(), "it comes back");
    });
}

} // namespace neuron::hotplug
