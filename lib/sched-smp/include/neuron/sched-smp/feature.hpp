// SPDX-License-Identifier: MIT
// What lib/sched-smp adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/ipi/feature.hpp>
#include <neuron/sched-smp/messages.hpp>
#include <neuron/sched/feature.hpp>

namespace neuron::sched_smp {

/// `cpu` takes tasks from now on; it looks whether there are any, which it did not before.
template <class System>
void take_tasks(System& system, core::CpuId cpu) {
    system.template shared<sched::Feature>().open(cpu);
    (void)system.ring(cpu); // else it looks when it wakes for another reason
}

template <class Values>
struct Feature {
    using IpiKinds = core::TypeList<WakeTask, MigrateTask, AttendTask>;
    struct Remote {
        Links<Values::sched_tasks + Values::sched_large_tasks> links;
    };

    /// Each CPU that has come up takes tasks. After lib/smp has started them.
    template <class System>
    static void start(System& system) {
        for (std::uint32_t cpu = 1; cpu < system.cpu_count(); ++cpu)
            if (system.life(core::CpuId{cpu}).is_online())
                take_tasks(system, core::CpuId{cpu});
    }
};

} // namespace neuron::sched_smp
