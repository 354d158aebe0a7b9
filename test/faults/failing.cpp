// SPDX-License-Identifier: MIT
// The doorbell of CPU 1 fails, for good.
#include <neuron/core/atomic.hpp>
#include <plat/devices.hpp>

using namespace neuron;

extern "C" bool
real_ring(const plat::Machine& machine,
          core::CpuId cpu) asm("__real__ZN6neuron4plat4ringERKNS0_7MachineENS_4core5CpuIdE");
extern "C" bool
faulty_ring(const plat::Machine& machine,
            core::CpuId cpu) asm("__wrap__ZN6neuron4plat4ringERKNS0_7MachineENS_4core5CpuIdE");

bool faulty_ring(const plat::Machine& machine, core::CpuId cpu) {
    if (cpu == core::CpuId{1})
        return false;
    return real_ring(machine, cpu);
}
