// SPDX-License-Identifier: MIT
// What a piece of memory is for. There is no value for "writable and executable".
#pragma once

#include <cstddef>
#include <cstdint>

namespace neuron::core {

enum class Access : std::uint32_t {
    Read,
    ReadWrite,
    ReadExecute,
};

/// `size` bytes from `address` on; physical and virtual address are the same.
struct MemoryRegion {
    std::uintptr_t address;
    std::size_t size;
    Access access;
};

} // namespace neuron::core
