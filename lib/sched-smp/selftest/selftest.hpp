// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/sched/feature.hpp>
#include <neuron/selftest/run.hpp>

#include "storm.hpp"

namespace neuron::sched_smp {
template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace sched;
    Task& self = this_task(system);
    const auto cpus = static_cast<std::uint32_t>(system.cpu_count());

    run.test("sched-smp.on_every_cpu", [&](selftest::Record& record) {
        std::uint64_t sum = 0;
        for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
            const core::CpuId home{cpu};
            auto task = spawn(system, {.cpu = home, .affinity = CpuMask::only(home)}, [](Task&) {
                return static_cast<int>(
                           sched::detail::cpu_of_this(sched::detail::here<System>()).value) +
                       1;
            });
            record.expect(task.has_value(), "room");
            sum = sum * 10 + static_cast<std::uint64_t>(join(system, self, *task).value_or(0));
        }
        record.value("cpus", sum);
    });

    run.test("sched-smp.tour", [&](selftest::Record& record) {
        // A task goes round all CPUs, moved by itself; then it waits, and is moved by this one.
        core::Atomic<std::uint32_t> has_toured{0};
        // SAFETY: it outlives the task, which is joined below.
        const auto flag = core::Ref<core::Atomic<std::uint32_t>>::unsafe_to(has_toured);
        auto task = spawn(
            system, {},
            [](Task& tourist, core::Ref<core::Atomic<std::uint32_t>> toured, Pid main) {
                System& here = sched::detail::here<System>();
                int wrong = 0;
                for (std::uint32_t stop = 0; stop < 3 * here.cpu_count(); ++stop) {
                    const core::CpuId next{static_cast<std::uint32_t>(stop % here.cpu_count())};
                    // An idle CPU may take it on the way (lib/steal), but not for ever.
                    const bool arrives = selftest::comes_to_pass(here, [&] {
                        if (sched::detail::cpu_of_this(here) != next &&
                            !migrate(here, tourist, next))
                            yield(here, tourist); // it is to go elsewhere first
                        return sched::detail::cpu_of_this(here) == next;
                    });
                    wrong += arrives ? 0 : 1;
                }
                toured->store(1, core::relaxed); // the unpark publishes it
                (void)unpark(here, main);
                while (!tourist.stop_requested())
                    park(here, tourist);
                // It was moved before it was asked to stop, but may not have parked since.
                yield(here, tourist);
                return wrong * 1000 + static_cast<int>(sched::detail::cpu_of_this(here).value);
            },
            flag, self.pid());
        while (has_toured.load(core::relaxed) == 0)
            park(system, self);
        const core::CpuId goal{cpus / 2}; // the tour ended on another
        record.expect(selftest::comes_to_pass(system,
                                              [&] {
                                                  return migrate(system, task->pid(), goal) !=
                                                         std::unexpected(
                                                             Error::Busy); // it is just being taken
                                              }),
                      "it is moved");
        (void)request_stop(system, task->pid());
        const int value = join(system, self, *task).value_or(-1);
        record.value("wrong", value / 1000);
        record.expect(value % 1000 == static_cast<int>(goal.value), "it ends where it was sent");
    });

    run.test("sched-smp.wake_across", [&](selftest::Record& record) { // INV-TRAVEL-1
        constexpr std::uint64_t rounds = 500;
        auto peer = spawn(
            system, {.cpu = core::CpuId{cpus - 1}},
            [](Task& task, Pid other) {
                System& here = sched::detail::here<System>();
                while (!task.stop_requested()) {
                    park(here, task);
                    if (!unpark(here, other))
                        return 1;
                }
                return 0;
            },
            self.pid());
        std::uint64_t refused = 0;
        for (std::uint64_t round = 0; round < rounds; ++round) {
            refused += unpark(system, peer->pid()) ? 0 : 1;
            park(system, self);
        }
        (void)request_stop(system, peer->pid());
        record.value("ended", join(system, self, *peer).value_or(-1));
        record.value("refused", refused);
    });

    run.test("sched-smp.storm", [&](selftest::Record& record) {
        selftests::storm(record, system, self, selftest::storm_rounds(system, 2000));
    });
}

} // namespace neuron::sched_smp
