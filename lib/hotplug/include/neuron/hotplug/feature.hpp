// SPDX-License-Identifier: MIT
// What lib/hotplug adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/hotplug/hotplug.hpp>

namespace neuron::hotplug {

template <class Values>
struct Feature {
    using Shared = hotplug::Shared<Values::max_cpus>;

    /// Of an idle CPU.
    template <class System>
    static bool run(System& system) {
        // A hint: it is looked at again.
        if (system.template shared<hotplug::Feature>().may_leave.load(core::relaxed) != 0)
            [[unlikely]]
            detail::leave_if_quiet(system);
        return false;
    }
    /// INV-KERNEL-3: told after it has looked, and before it sleeps.
    template <class System>
    static bool has_work(System& system, const core::IrqOff&) {
        return system.template shared<hotplug::Feature>().may_leave.load(core::relaxed) ==
               system.this_cpu().value + 1; // a hint
    }
};

} // namespace neuron::hotplug
