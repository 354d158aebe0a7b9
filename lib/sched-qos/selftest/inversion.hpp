// SPDX-License-Identifier: MIT
// Tasks of which each has a mutex and waits for that of the one before, on one CPU after the other;
// then one of PerfBurst waits for the last.
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/sched-qos/feature.hpp>
#include <neuron/sched/mutex.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::sched_qos::selftests {

template <class System>
struct Chain {
    static constexpr std::size_t most = 9;
    std::array<sched::Mutex<System>, most> mutexes;
    using neuron_members = core::Members<Chain, &Chain::mutexes>;
};

/// What tasks lend the one of that name.
template <class System>
QosClass lent_to(System& system, core::Pid pid) {
    return detail::highest_of(
        sched::detail::held_place(system, pid).slot.pressure.load(core::relaxed));
}

/// How many CPUs take tasks: the first ones.
template <class System>
std::size_t cpus_with_tasks(System& system) {
    std::uint32_t count = 1;
    while (count < system.cpu_count() &&
           system.template shared<sched::Feature>().is_open(core::CpuId{count}))
        ++count;
    return count;
}

/// Lets others run, here and, with naps (core/wait.hpp), on other CPUs, until done(); false if that
/// does not come to pass within the diagnostic bound.
template <class System, class Done>
bool lets_come_to_pass(System& system, Task& self, Done done) {
    const std::uint64_t deadline = system.diagnostic_deadline();
    while (!done()) {
        if (system.now() >= deadline)
            return false;
        sched::yield(system, self);
        (void)core::spin_at_most(80, done);
    }
    return true;
}

/// How many of `depth` holders are lent PerfBurst in the end.
template <class System>
void invert(selftest::Record& record, System& system, Task& self, const Authority& authority,
            std::size_t depth, std::string_view name) {
    using Shared = core::Ref<Chain<System>>;
    Chain<System> chain;
    const auto shared = Shared::unsafe_to(chain); // SAFETY: all are joined below
    std::array<std::optional<sched::Handle<System>>, Chain<System>::most> holders;
    const auto cpu = [&](std::size_t n) {
        return core::CpuId{static_cast<std::uint32_t>(n % cpus_with_tasks(system))};
    };
    const auto lent = [&](std::size_t n) { return lent_to(system, holders[n]->pid()); };
    bool good = true;
    for (std::size_t n = 0; n < depth; ++n) {
        auto task = sched::spawn(
            system, {.name = "holder", .cpu = cpu(n)},
            [](Task& own, Shared all, std::size_t number) {
                const sched::Guard mine(all->mutexes[number], own);
                while (number == 0 && !own.stop_requested())
                    sched::park(sched::detail::here<System>(), own);
                if (number != 0)
                    const sched::Guard before(all->mutexes[number - 1], own);
            },
            shared, n);
        record.expect(task.has_value(), "room");
        if (!task)
            return;
        holders[n].emplace(std::move(*task));
        const core::Pid pid = holders[n]->pid();
        good = good && lets_come_to_pass(system, self, [&] {
                   return n == 0 ? chain.mutexes[0].holder() == pid : lent(n - 1) != QosClass::Idle;
               });
    }
    auto high = spawn(
        system, authority, {.cpu = cpu(depth), .qos = QosClass::PerfBurst},
        [](Task& own, Shared all, std::size_t last) {
            const sched::Guard guard(all->mutexes[last], own);
        },
        shared, depth - 1);
    record.expect(high.has_value(), "room");
    const auto raised = [&] {
        std::size_t count = 0;
        for (std::size_t n = 0; n < depth; ++n)
            count += lent(n) == QosClass::PerfBurst ? 1 : 0;
        return count;
    };
    const std::size_t expected = std::min<std::size_t>(depth, sched::detail::most_hops);
    good = good && lets_come_to_pass(system, self, [&] { return raised() == expected; });
    record.expect(good, "each waits for the one before");
    record.value(name, raised());
    (void)sched::request_stop(system, holders[0]->pid());
    (void)sched::join(system, self, *high);
    for (std::size_t n = 0; n < depth; ++n) {
        good = sched::join(system, self, *holders[n]).has_value() && good;
    }
}

template <class System>
void run_inversions(selftest::Run& run, System& system, Task& self, const Authority& authority) {
    run.test("sched-qos.inversion", [&](selftest::Record& record) { // INV-QOS-6, INV-QOS-7
        if (std::min<std::size_t>(System::Values::sched_tasks, System::Values::sched_capacity) <
            Chain<System>::most + 3)
            return record.skip("few-tasks");
        invert(record, system, self, authority, 1, "of_1");
        invert(record, system, self, authority, 3, "of_3");
        invert(record, system, self, authority, 9, "of_9");
    });
}

} // namespace neuron::sched_qos::selftests
