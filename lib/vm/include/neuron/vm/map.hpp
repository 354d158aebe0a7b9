// SPDX-License-Identifier: MIT
// A map of memory: which pages there are, and what may be done with them. Identical: a virtual
// address is its physical one. Built by one CPU before it is used, constant afterwards.
#pragma once

#include <neuron/core/members.hpp>
#include <neuron/vm/sv39.hpp>

#include <algorithm>
#include <expected>
#include <optional>
#include <string_view>

namespace neuron::vm {

enum class Error : std::uint32_t {
    Unaligned,    ///< not whole pages
    OutsideRange, ///< nothing, or beyond what Sv39 can address
    Conflict,     ///< a page of it is mapped for another access
    OutOfTables,  ///< it takes more page tables than there are
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::Unaligned:
        return "it is not whole pages";
    case Error::OutsideRange:
        return "it is empty or lies outside what can be addressed";
    case Error::Conflict:
        return "it overlaps something that is used otherwise";
    case Error::OutOfTables:
        return "there are too few page tables: raise CONFIG_VM_TABLES";
    }
    return "";
}

/// A page of the map, large or small.
struct Page {
    std::uintptr_t address;
    std::size_t size;
    core::Access access;
};

/// At most Capacity tables. Every page of a region takes the largest form that fits.
template <unsigned Capacity>
class Map {
    static_assert(Capacity >= sv39::levels);

  public:
    constexpr Map() = default;
    Map(const Map&) = delete;
    Map& operator=(const Map&) = delete;

    /// Maps a region of whole pages. INV-VM-2: a page has one access for good; to map it once more
    /// for the same one changes nothing. After an error, part of the region may be mapped.
    [[nodiscard]] std::expected<void, Error> add(const core::MemoryRegion& region) {
        if (region.address % sv39::page_size != 0 || region.size % sv39::page_size != 0)
            return std::unexpected(Error::Unaligned);
        if (region.size == 0 || region.address >= sv39::address_end ||
            region.size > sv39::address_end - region.address)
            return std::unexpected(Error::OutsideRange);
        for (std::size_t done = 0; done < region.size;) {
            const auto step = add_page(region.address + done, region.size - done, region.access);
            if (!step)
                return std::unexpected(step.error());
            done += *step;
        }
        return {};
    }

    /// The page that holds `address`; nothing if an access to it faults.
    [[nodiscard]] std::optional<Page> find(std::uintptr_t address) const {
        if (address >= sv39::address_end)
            return {};
        const sv39::Table* table = &tables_[0];
        for (unsigned level = sv39::levels; level-- > 0;) {
            const sv39::Entry entry = table->entry[sv39::index_of(address, level)];
            if (!entry.is_valid())
                return {};
            if (entry.is_leaf())
                return Page{entry.address(), sv39::span_of(level), entry.access()};
            table = &tables_[index_of(entry)];
        }
        return {};
    }

    /// The address of the table that satp is to name.
    [[nodiscard]] std::uintptr_t root() const { return address_of(tables_[0]); }
    /// How many tables are used, the root included.
    [[nodiscard]] unsigned tables() const { return used_ + 1; }

  private:
    /// Maps the page at `address`, as large as it may be; answers how far that goes.
    std::expected<std::size_t, Error> add_page(std::uintptr_t address, std::size_t size,
                                               core::Access access) {
        sv39::Table* table = &tables_[0];
        for (unsigned level = sv39::levels - 1;; --level) {
            sv39::Entry& entry = table->entry[sv39::index_of(address, level)];
            const std::size_t span = sv39::span_of(level);
            if (entry.is_valid() && entry.is_leaf()) {
                if (entry.access() != access)
                    return std::unexpected(Error::Conflict);
                return std::min(size, span - address % span);
            }
            if (!entry.is_valid() && address % span == 0 && size >= span) {
                entry = sv39::Entry::leaf(address, access);
                return span;
            }
            if (!entry.is_valid()) {
                if (used_ + 1 == Capacity)
                    return std::unexpected(Error::OutOfTables);
                entry = sv39::Entry::table(address_of(tables_[++used_]));
            }
            table = &tables_[index_of(entry)]; // not a leaf: level is above 0
        }
    }

    static std::uintptr_t address_of(const sv39::Table& table) {
        // SAFETY: an address, for an entry or for satp.
        return reinterpret_cast<std::uintptr_t>(&table);
    }
    /// Which of the tables an entry points to.
    [[nodiscard]] std::size_t index_of(sv39::Entry entry) const {
        return (entry.address() - address_of(tables_[0])) / sv39::page_size;
    }

    std::array<sv39::Table, Capacity> tables_{};
    unsigned used_ = 0; ///< besides table 0, the root; an empty map is all zeros

  public:
    using neuron_members = core::Members<Map, &Map::tables_, &Map::used_>;
};

} // namespace neuron::vm
