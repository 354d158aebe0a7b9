// SPDX-License-Identifier: MIT
// Names of CPUs. A CpuId is dense and starts with the boot CPU; a HartId is the hardware's and may
// have gaps. They are distinct types, so that neither is ever taken for the other.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace neuron::core {

/// A logical CPU, 0 to the number of CPUs less 1; 0 is the boot CPU.
struct CpuId {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(CpuId, CpuId) = default;
    [[nodiscard]] constexpr std::size_t index() const { return value; }
};

/// A hart as firmware and device tree name it (RISC-V Privileged Architecture: mhartid).
struct HartId {
    std::uint64_t value = 0;
    friend constexpr auto operator<=>(HartId, HartId) = default;
};

constexpr std::uint32_t format_value(CpuId cpu) {
    return cpu.value;
}
constexpr std::uint64_t format_value(HartId hart) {
    return hart.value;
}

inline constexpr CpuId boot_cpu{0};

} // namespace neuron::core
