// SPDX-License-Identifier: MIT
// What lib/smp adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/smp/bring_up.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>

namespace neuron::smp {

struct Feature {
    /// One for each CPU.
    using PerCpu = Mailbox;

    /// One for the system: claimed by the run_on_each_cpu in flight.
    struct Shared {
        core::Atomic<std::uint32_t> claimed{0};
    };

    template <class System>
    static void start(System& system) {
        bring_up(system);
    }
    template <class System>
    static bool has_work(System&, Mailbox& mailbox) {
        return mailbox.job.load(core::relaxed) != nullptr; // a hint; run_pending acquires
    }
    template <class System>
    static bool run(System& system, Mailbox& mailbox) {
        return run_pending(mailbox, system.this_cpu());
    }
};

} // namespace neuron::smp
