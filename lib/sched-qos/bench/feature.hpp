// SPDX-License-Identifier: MIT
// A queue of each CPU, and tasks of every class for it.
#pragma once

#include <neuron/percpu/per_cpu.hpp>
#include <neuron/sched-qos/ready_queue.hpp>

namespace neuron::sched_qos::benches {

struct Entry : core::Linked<Entry> {
    Entry() = default;
    sched::Standing standing;
};

struct Ready {
    ReadyQueue<Entry> queue;
    std::array<Entry, std::size_t{64} * core::qos_classes + 1> entries;
};

template <class Values>
struct Feature {
    struct PerCpu {
        percpu::PerCpu<Ready, core::IrqOff> ready;
    };
};

} // namespace neuron::sched_qos::benches
