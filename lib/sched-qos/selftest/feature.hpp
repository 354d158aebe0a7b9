// SPDX-License-Identifier: MIT
// A queue of each CPU beside its own, too large for a stack.
#pragma once

#include <neuron/percpu/per_cpu.hpp>
#include <neuron/sched-qos/ready_queue.hpp>

namespace neuron::sched_qos::selftests {

struct Entry : core::Linked<Entry> {
    Entry(core::QosClass qos, std::uint32_t name)
        : standing{.qos = qos, .share = sched::default_share}, digit(name) {}
    sched::Standing standing;
    std::uint32_t digit;
};
using Queue = ReadyQueue<Entry>;

template <class Values>
struct Feature {
    struct PerCpu {
        percpu::PerCpu<Queue, core::IrqOff> queue;
    };
};

} // namespace neuron::sched_qos::selftests
