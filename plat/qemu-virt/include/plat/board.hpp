// SPDX-License-Identifier: MIT
// Where QEMU's virt machine has what a report needs before, or in spite of, the device tree
// (QEMU 7.2, hw/riscv/virt.c: virt_memmap). Everything else comes from the device tree.
#pragma once

#include <cstdint>

namespace neuron::plat::board {

inline constexpr std::uintptr_t uart = 0x1000'0000;
inline constexpr std::uintptr_t finisher = 0x10'0000;

} // namespace neuron::plat::board
