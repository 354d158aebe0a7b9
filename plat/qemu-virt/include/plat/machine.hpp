// SPDX-License-Identifier: MIT
// What the device tree says of this machine. Filled once by the boot CPU, then sealed and shared.
#pragma once

#include <config/max_cpus.hpp>
#include <neuron/core/frozen.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/fdt/region.hpp>
#include <neuron/percpu/cpu_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace neuron::plat {

/// Immutable once the boot CPU has filled it. Addresses are physical; sizes in bytes.
struct Machine {
    percpu::CpuMap<config::max_cpus> cpus; ///< CPU 0 is the boot hart
    std::uint32_t harts = 0;               ///< usable harts, also those beyond CONFIG_MAX_CPUS
    std::uint64_t timebase_hz = 0;         ///< ticks of the time CSR in a second
    fdt::Region memory{};                  ///< the region that holds the image
    std::uintptr_t uart = 0;
    std::uint32_t uart_shift = 0; ///< log2 of the distance between UART registers
    std::uintptr_t finisher = 0;
    /// Each CPU's ACLINT SSWI register; 0 where there is none and SBI must ring.
    std::array<std::uintptr_t, config::max_cpus> doorbell{};
    bool sstc = false; ///< every hart has the stimecmp CSR
    core::Frozen<char> bootargs;
    std::optional<core::Frozen<std::byte>> input; ///< the initial RAM disk, if there is one
    core::Frozen<std::byte> device_tree;
};

// What every CPU may read and hand on is derived from the members.
static_assert(core::Send<Machine> && core::Sync<Machine>);

/// Reads `tree` into a Machine, on behalf of the boot hart. `image` is where this image lies.
/// The error is one sentence. Boot CPU only; no device is touched.
[[nodiscard]] std::expected<Machine, std::string_view>
read_machine(fdt::Tree tree, core::HartId boot_hart, fdt::Region image);

/// Where the first device that is `compatible` has its registers; 0 if there is none, or where the
/// tree says makes no sense. No device is touched.
[[nodiscard]] std::uintptr_t find_device(fdt::Tree tree, std::string_view compatible,
                                         const Machine& machine);

} // namespace neuron::plat
