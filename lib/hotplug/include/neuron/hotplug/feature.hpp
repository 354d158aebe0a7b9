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
        if (detail::may_leave(system)) [[unlikely]]
            detail::leave_if_quiet(system);
        return false;
    }
    /// INV-KERNEL-3: told after it has looked, and before it sleeps.
    template <class System>
    static bool has_work(System& system, const core::IrqOff&) {
        return detail::may_leave(system);
    }
};

} // namespace neuron::hotplug
