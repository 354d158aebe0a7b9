// SPDX-License-Identifier: MIT
// What lib/selftest adds to a system: a probe, by which a selftest runs code in a handler, one for
// the moment before an idle CPU sleeps, and data of each kind for the tests of percpu.
#pragma once

#include <neuron/percpu/per_cpu.hpp>
#include <neuron/selftest/idle_probe.hpp>
#include <neuron/selftest/probe.hpp>

namespace neuron::selftest {

template <class Values>
struct Feature {
    struct PerCpu {
        percpu::PerCpu<std::uint64_t, core::IrqOff> shared_with_handlers;
        percpu::PerCpu<std::uint64_t, core::Pinned> at_task_level;
    };

    struct Remote {
        Probe probe;
        IdleProbe idle_probe;
        percpu::RemoteReadable<std::uint64_t> readable;
    };

    template <class System>
    static bool has_work(System& system, const core::IrqOff&) {
        system.template remote<selftest::Feature>(system.this_cpu())
            .idle_probe.before_sleep(system);
        return false;
    }
    template <class System>
    static bool run(System& system) { // an idle CPU stays itself
        system.template remote<selftest::Feature>(system.this_cpu()).idle_probe.after_sleep();
        return false;
    }
    template <class System>
    static void on_software_interrupt(System& system, core::IrqContext& irq) {
        system.template remote<selftest::Feature>(system.this_cpu()).probe.run(&system, irq);
    }
};

} // namespace neuron::selftest
