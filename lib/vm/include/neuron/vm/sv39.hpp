// SPDX-License-Identifier: MIT
// Page table entries of Sv39 (RISC-V Privileged Architecture, sections 4.3.1 and 4.4): three levels
// of 512 entries, leaves of 4 KiB, 2 MiB or 1 GiB.
#pragma once

#include <neuron/core/members.hpp>
#include <neuron/core/memory.hpp>

#include <array>

namespace neuron::vm::sv39 {

inline constexpr std::size_t page_size = 4096;
inline constexpr unsigned levels = 3;
inline constexpr std::size_t entries = 512;
/// Above it an address is no address of the lower half, the only one that is used here.
inline constexpr std::uintptr_t address_end = std::uintptr_t{1} << 38;

/// Bytes that one entry of a table of this level stands for; level 0 has the pages.
constexpr std::size_t span_of(unsigned level) {
    return page_size << 9 * level;
}
constexpr std::size_t index_of(std::uintptr_t address, unsigned level) {
    return address / span_of(level) % entries;
}

/// One entry: nothing, the next table, or a leaf.
class Entry {
  public:
    constexpr Entry() = default;

    static constexpr Entry table(std::uintptr_t address) { return Entry(number(address) | valid); }
    /// INV-VM-3: A and D are set, so that the hardware never writes an entry; U never is; G always,
    /// since the map is the same everywhere.
    static constexpr Entry leaf(std::uintptr_t address, core::Access access) {
        return Entry(number(address) | valid | global | accessed | dirty | bits_of(access));
    }

    [[nodiscard]] constexpr bool is_valid() const { return (bits_ & valid) != 0; }
    [[nodiscard]] constexpr bool is_leaf() const { return (bits_ & (read | execute)) != 0; }
    /// Of the table or the leaf's first byte.
    [[nodiscard]] constexpr std::uintptr_t address() const { return bits_ >> 10 << 12; }
    /// Of a leaf.
    [[nodiscard]] constexpr core::Access access() const {
        return (bits_ & execute) != 0 ? core::Access::ReadExecute
               : (bits_ & write) != 0 ? core::Access::ReadWrite
                                      : core::Access::Read;
    }
    [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }

  private:
    static constexpr std::uint64_t valid = 1 << 0, read = 1 << 1, write = 1 << 2, execute = 1 << 3,
                                   global = 1 << 5, accessed = 1 << 6, dirty = 1 << 7;

    constexpr explicit Entry(std::uint64_t bits) : bits_(bits) {}
    static constexpr std::uint64_t number(std::uintptr_t address) { return address >> 12 << 10; }
    /// INV-VM-1: no answer has both write and execute.
    static constexpr std::uint64_t bits_of(core::Access access) {
        return access == core::Access::ReadExecute ? read | execute
               : access == core::Access::ReadWrite ? read | write
                                                   : read;
    }

    std::uint64_t bits_ = 0;

  public:
    using neuron_members = core::Members<Entry, &Entry::bits_>;
};

struct alignas(page_size) Table {
    std::array<Entry, entries> entry{};
    using neuron_members = core::Members<Table, &Table::entry>;
};
static_assert(sizeof(Table) == page_size);

} // namespace neuron::vm::sv39
