// SPDX-License-Identifier: MIT
// What lib/smp adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/smp/bring_up.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

namespace neuron::smp {

template <class Values>
struct Feature {
    using Remote = Mailbox;

    /// Claimed by the run_on_each_cpu in flight.
    struct Shared {
        core::Atomic<std::uint32_t> claimed{0};
    };

    template <class System>
    static void start(System& system) {
        bring_up(system);
    }
    template <class System>
    static bool has_work(System& system, const core::IrqOff&) {
        return !system.template remote<smp::Feature>(system.this_cpu()).is_empty();
    }
    template <class System>
    static bool run(System& system) {
        const core::CpuId self = system.this_cpu(); // an idle CPU stays itself
        return run_pending(system.template remote<smp::Feature>(self), self);
    }
};

} // namespace neuron::smp
