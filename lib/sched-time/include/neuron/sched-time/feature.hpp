// SPDX-License-Identifier: MIT
// What lib/sched-time adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/sched-time/sleep.hpp>
#include <neuron/sched/feature.hpp>

namespace neuron::sched_time {

template <class Values>
struct Feature {
    static_assert(Values::sched_tasks + Values::sched_large_tasks <= Values::timer_per_owner,
                  "CONFIG_TIMER_PER_OWNER: a timer for each task of a CPU (SCHED_TASKS and "
                  "SCHED_LARGE_TASKS)");
    static_assert(Values::max_cpus <= Values::timer_owners,
                  "CONFIG_TIMER_OWNERS: one for each CPU (MAX_CPUS)");

    /// Who arms the timers of the tasks of each CPU's pool: a task has one at a time. PerfBurst,
    /// for each timer has the window of its task's class; the scheduler asks nobody.
    struct Sealed {
        std::array<std::optional<timer::Owner>, Values::max_cpus> owners;
    };

    template <class System>
    static bool prepare(System& system, Sealed& sealed) {
        for (auto& owner : sealed.owners)
            if (auto opened =
                    system.template shared<timer::Feature>().open(core::QosClass::PerfBurst))
                owner.emplace(std::move(*opened));
            else {
                system.line("sched-time: no owner of timers is left: raise CONFIG_TIMER_OWNERS");
                return false;
            }
        return true;
    }
};

} // namespace neuron::sched_time
