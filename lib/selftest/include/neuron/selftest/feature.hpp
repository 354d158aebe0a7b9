// SPDX-License-Identifier: MIT
// What lib/selftest adds to a system: a probe, by which a selftest runs code in a handler, and data
// of each kind for the tests of percpu.
#pragma once

#include <neuron/percpu/per_cpu.hpp>
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
        percpu::RemoteReadable<std::uint64_t> readable;
    };

    template <class System>
    static void on_software_interrupt(System& system, core::IrqContext& irq) {
        system.template remote<selftest::Feature>(system.this_cpu()).probe.run(&system, irq);
    }
};

} // namespace neuron::selftest
