// SPDX-License-Identifier: MIT
// Device registers: the only place for volatile. Addresses come from the device tree.
#pragma once

#include <cstdint>

namespace neuron::arch {

template <class T>
[[nodiscard]] T mmio_read(std::uintptr_t address) {
    // SAFETY: the caller's address is a device register of this width, from the device tree.
    return *reinterpret_cast<const volatile T*>(address);
}

template <class T>
void mmio_write(std::uintptr_t address, T value) {
    // SAFETY: as in mmio_read.
    *reinterpret_cast<volatile T*>(address) = value;
}

} // namespace neuron::arch
