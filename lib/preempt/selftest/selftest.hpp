// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/ref.hpp>
#include <neuron/preempt/guard.hpp>
#include <neuron/sched/feature.hpp>
#include <neuron/selftest/comes_to_pass.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::preempt {

/// Two tasks of one CPU, neither of which ever waits for the other as tasks do.
template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace sched;
    using Flags = std::array<core::Atomic<std::uint32_t>, 2>;
    Task& self = this_task(system);
    const Spawn here{.affinity = CpuMask::only(core::boot_cpu)};

    run.test("preempt.who_never_waits_gives_way", [&](selftest::Record& record) {
        Flags flags{};
        // SAFETY: the task is joined below.
        const auto shared = core::Ref<Flags>::unsafe_to(flags);
        auto other = spawn(
            system, here,
            [](Task&, core::Ref<Flags> both) {
                (*both)[0].store(1, core::relaxed); // one CPU
                core::spin_until([&] { return (*both)[1].load(core::relaxed) == 1; });
                return 3;
            },
            shared);
        record.expect(other.has_value(), "room");
        core::spin_until([&] { return flags[0].load(core::relaxed) == 1; }); // it was let run
        flags[1].store(1, core::relaxed);
        record.value("value", join(system, self, *other).value_or(-1));
    });

    run.test("preempt.guard", [&](selftest::Record& record) { // INV-PREEMPT-1
        Flags flags{};
        const auto shared = core::Ref<Flags>::unsafe_to(flags); // SAFETY: as above
        auto other = spawn(
            system, here,
            [](Task&, core::Ref<Flags> both) {
                (*both)[0].store(1, core::relaxed);
                return 4;
            },
            shared);
        {
            const PreemptGuard guard;
            const std::uint64_t end =
                system.now() + system.ticks(3 * System::Values::preempt_slice);
            core::spin_until([&] { return system.now() >= end; });
            record.expect(flags[0].load(core::relaxed) == 0, "nobody else runs here");
        }
        core::spin_until([&] { return flags[0].load(core::relaxed) == 1; });
        record.value("value", join(system, self, *other).value_or(-1));
    });
}

} // namespace neuron::preempt
