// SPDX-License-Identifier: MIT
// What lib/sched-smp adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/ipi/feature.hpp>
#include <neuron/sched-smp/messages.hpp>
#include <neuron/sched/feature.hpp>

namespace neuron::sched_smp {

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
                system.template shared<sched::Feature>().open(core::CpuId{cpu});
    }
};

} // namespace neuron::sched_smp
