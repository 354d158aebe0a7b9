// expect: PerCpu: touched under core::IrqOff or core::Pinned
// SPDX-License-Identifier: MIT
#include <neuron/percpu/per_cpu.hpp>
using namespace neuron;
struct Block {
    percpu::PerCpu<int, core::IrqOff> with_handlers;
    percpu::PerCpu<int, core::Pinned> at_task_level;
    percpu::RemoteReadable<int> readable;
};

int reject(Block& block, core::IrqContext& irq) {
    const core::IrqOff masked;
    const core::Pinned pinned;
    const auto read = [](int& value) { return value; };
    int accepted = block.with_handlers.with(masked, read) + block.with_handlers.with(irq, read) +
                   block.at_task_level.with(pinned, read) + block.readable.remote_load();

    percpu::PerCpu<int, int> other; // reject
    return accepted;
}
