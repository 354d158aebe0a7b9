// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/run.hpp>

#include "blocking.hpp"

namespace neuron::sched {
namespace selftests {

template <class System>
void run_alone(selftest::Run& run, System& system, Task& self) {
    const Spawn stays{.affinity = CpuMask::only(core::boot_cpu)}; // no idle CPU takes it

    run.test("sched.spawn_and_join", [&](selftest::Record& record) {
        auto one =
            spawn(system, {.name = "adds"}, [](Task&, int a, int b) { return a + b; }, 40, 2);
        auto two = spawn(system, {}, [](Task& task) { return task.name() == "task" ? 7 : 8; });
        record.expect(one && two, "room");
        record.value("sum", join(system, self, *one).value_or(-1));
        record.value("other", join(system, self, *two).value_or(-1));
        record.value("again", join(system, self, *two).error());
    });

    run.test("sched.in_turn", [&](selftest::Record& record) {
        core::Atomic<std::uint64_t> order{0};
        Crowd crowd(system, self, order);
        const auto count = [](Task& task, Shared<core::Atomic<std::uint64_t>> digits,
                              std::uint64_t digit) {
            for (int round = 0; round < 3; ++round) {
                digits->store(digits->load(core::relaxed) * 10 + digit, core::relaxed); // one CPU
                yield(detail::here<System>(), task);
            }
        };
        {
            const core::Pinned pinned; // none of them runs before all are there
            crowd.add(count, 3, stays);
        }
        crowd.join_all(record);
        record.value("order", order.load(core::relaxed));
    });

    run.test("sched.park_and_unpark", [&](selftest::Record& record) {
        record.expect(unpark(system, self.pid()).has_value(), "it is there");
        park(system, self); // INV-SCHED-1: it returns at once, or nothing below comes to pass
        auto other = spawn(
            system, stays,
            [](Task& task, Pid parent) {
                System& here = detail::here<System>();
                park(here, task);
                return unpark(here, parent) ? 1 : 2;
            },
            self.pid());
        yield(system, self); // it parks
        record.expect(unpark(system, other->pid()).has_value(), "it waits");
        park(system, self);
        record.value("value", join(system, self, *other).value_or(-1));
    });

    run.test("sched.no_idle_work_in_a_task", [&](selftest::Record& record) {
        auto other = spawn(system, {}, [](Task&) { return 6; });
        record.expect(!sched::Feature<typename System::Values>::run(system), "it is not idle");
        record.value("value", join(system, self, *other).value_or(-1));
    });

    run.test("sched.stop", [&](selftest::Record& record) {
        auto worker = spawn(system, stays, [](Task& task) {
            int waits = 0;
            while (!task.stop_requested()) {
                ++waits;
                park(detail::here<System>(), task);
            }
            return waits;
        });
        yield(system, self);
        const Pid pid = worker->pid();
        record.expect(unpark(system, pid).has_value(), "it is there");
        yield(system, self);
        record.expect(request_stop(system, pid).has_value(), "it is there");
        record.value("waits", join(system, self, *worker).value_or(-1));
        record.value("after", request_stop(system, pid).error());
    });

    run.test("sched.exit", [&](selftest::Record& record) {
        auto task = spawn(system, {.stack = StackSize::Large},
                          [](Task& ends) { exit(detail::here<System>(), ends, 9); });
        if (!task)
            return record.skip("no-large-stacks");
        record.value("value", join(system, self, *task).value_or(-1));
    });

    run.test("sched.stack_used", [&](selftest::Record& record) {
        auto task = spawn(system, {}, [](Task& deep) {
            format::BoundedText<1024> text; // on this stack
            for (int line = 0; line < 16; ++line)
                format::write(text, "{:>60}", line);
            System& here = detail::here<System>();
            const std::size_t used = stack_used(here, deep);
            const std::size_t all = here.stack_of(*detail::Inside::of(deep).strand).size();
            return used > text.view().size() && used < all ? 1 : 0;
        });
        record.value("plausible", join(system, self, *task).value_or(-1));
    });
}

template <class System>
void run_rejects(selftest::Run& run, System& system, Task& self) {
    const auto nothing = [](Task&) {};
    run.test("sched.test_reject_spawn", [&](selftest::Record& record) {
        const core::CpuId none{static_cast<std::uint32_t>(system.cpu_count())};
        CpuMask others;
        others.insert(none);
        record.value("cpu", spawn(system, {.cpu = none}, nothing).error());
        record.value("empty", spawn(system, {.affinity = CpuMask()}, nothing).error());
        record.value("offline", spawn(system, {.affinity = others}, nothing).error());
        record.value("class", spawn(system, {.qos = core::QosClass::PerfBurst}, nothing).error());
    });

    run.test("sched.test_reject_task_limit", [&](selftest::Record& record) {
        core::Atomic<std::uint64_t> runs{0};
        Crowd crowd(system, self, runs);
        const auto count = [](Task&, Shared<core::Atomic<std::uint64_t>> all, std::uint64_t) {
            all->fetch_add(1, core::relaxed);
        };
        std::uint32_t spawned = 0;
        while (crowd.add(count, 1, {.affinity = CpuMask::only(core::boot_cpu)}))
            ++spawned;
        record.expect(crowd.refusal() == Error::TaskLimit || crowd.refusal() == Error::QueueFull,
                      "it says why");
        crowd.join_all(record);
        record.value("spawned", spawned);
        record.value("ran", runs.load(core::relaxed));
    });

    run.test("sched.test_reject_stale", [&](selftest::Record& record) {
        const Spawn here{.affinity = CpuMask::only(core::boot_cpu)};
        auto task = spawn(system, here, nothing);
        const Pid pid = task->pid();
        (void)join(system, self, *task);
        record.value("unpark", unpark(system, pid).error());
        record.value("migrate", migrate(system, pid, core::boot_cpu).error());
        record.value("stop", request_stop(system, pid).error());
        auto next = spawn(system, here, nothing); // in the same place
        record.expect(next->pid().index == pid.index && next->pid() != pid, "another generation");
        record.value("reused", unpark(system, pid).error());
        (void)join(system, self, *next);
        record.value("none", unpark(system, Pid{}).error());
    });

    run.test("sched.test_reject_join_itself", [&](selftest::Record& record) {
        auto task = spawn(system, {}, [](Task& waits) {
            park(detail::here<System>(), waits);
            return 5;
        });
        // A handle can be sent to the very task that it is of.
        auto joins = detail::Inside::handle<Handle<System>>(self.pid());
        record.value("reason", join(system, self, joins).error());
        detail::Inside::forget(joins);
        (void)unpark(system, task->pid());
        record.value("value", join(system, self, *task).value_or(-1));
    });

    run.test("sched.test_reject_affinity", [&](selftest::Record& record) {
        record.expect(system.cpu_count() == 1 || migrate(system, self, core::CpuId{1}) ==
                                                     std::unexpected(Error::NotAllowed),
                      "main stays on CPU 0");
        const core::CpuId none{static_cast<std::uint32_t>(system.cpu_count())};
        record.value("none", migrate(system, self, none).error());
    });
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    Task& self = this_task(system);
    selftests::run_alone(run, system, self);
    selftests::run_rejects(run, system, self);
    selftests::run_blocking(run, system, self);
}

} // namespace neuron::sched
