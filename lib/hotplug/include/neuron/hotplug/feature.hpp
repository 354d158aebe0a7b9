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
};

} // namespace neuron::hotplug
