// SPDX-License-Identifier: MIT
// The first doorbell of CPU 1 does not ring, though it says that it did.
#include <neuron/core/atomic.hpp>
#include <plat/devices.hpp>

using namespace neuron;

extern "C" bool
real_ring(const plat::Machine& machine,
          core::CpuId cpu) asm("__real__ZN6neuron4plat4ringERKNS0_7MachineENS_4core5CpuIdE");
extern "C" bool
faulty_ring(const plat::Machine& machine,
            core::CpuId cpu) asm("__wrap__ZN6neuron4plat4ringERKNS0_7MachineENS_4core5CpuIdE");

static core::Atomic<std::uint32_t> rings{0};

bool faulty_ring(const plat::Machine& machine, core::CpuId cpu) {
    if (cpu == core::CpuId{1} && rings.fetch_add(1, core::relaxed) == 0)
        return true;
    return real_ring(machine, cpu);
}
