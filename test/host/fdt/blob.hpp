// SPDX-License-Identifier: MIT
//
// Device trees for tests: read from FDT_TREES, or put together by hand, wrong ones too.
#pragma once

#include <neuron/fdt/tree.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fdt_test {

using Bytes = std::vector<std::byte>;

// The header's words.
inline constexpr std::size_t at_magic = 0;
inline constexpr std::size_t at_total_size = 4;
inline constexpr std::size_t at_structure = 8;
inline constexpr std::size_t at_strings = 12;
inline constexpr std::size_t at_reservations = 16;
inline constexpr std::size_t at_version = 20;
inline constexpr std::size_t at_last_compatible = 24;
inline constexpr std::size_t at_strings_size = 32;
inline constexpr std::size_t at_structure_size = 36;

inline constexpr std::uint32_t begin_node = 1;
inline constexpr std::uint32_t end_node = 2;
inline constexpr std::uint32_t prop = 3;
inline constexpr std::uint32_t nop = 4;
inline constexpr std::uint32_t end = 9;

[[nodiscard]] std::uint32_t peek(std::span<const std::byte> bytes, std::size_t at);
void poke(std::span<std::byte> bytes, std::size_t at, std::uint32_t value);

// A heap block of exactly these bytes, so that the sanitizer sees a read behind them.
class Exact {
  public:
    explicit Exact(std::span<const std::byte> bytes);
    [[nodiscard]] std::span<std::byte> bytes() { return {block_.get(), size_}; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return {block_.get(), size_}; }

  private:
    std::size_t size_;
    std::unique_ptr<std::byte[]> block_;
};

// Writes a structure block token by token and checks nothing.
class Maker {
  public:
    Maker& word(std::uint32_t value);
    Maker& begin(std::string_view name);
    Maker& value(std::string_view name, std::string_view bytes);
    Maker& cells(std::string_view name, std::initializer_list<std::uint32_t> cells);
    Maker& close() { return word(end_node); }
    Maker& finish() { return word(end); }
    // Four bytes as they are.
    Maker& raw(std::string_view bytes);
    Maker& reserve(std::uint64_t address, std::uint64_t size);

    // The offset in the structure block, and in the strings, of what is written next.
    [[nodiscard]] std::size_t here() const { return structure_.size(); }
    [[nodiscard]] std::uint32_t string(std::string_view name);
    [[nodiscard]] Bytes blob() const;

  private:
    Bytes reservations_;
    Bytes structure_;
    Bytes strings_;
};

struct Stored {
    std::string name;
    Bytes bytes;
};

// All *.dtb of the folder FDT_TREES in order of their names; none if it is not set.
[[nodiscard]] std::vector<Stored> stored_trees();
// One of them, without ".dtb"; empty if it is not there.
[[nodiscard]] Bytes stored_tree(std::string_view name);

// A human can read Error in a doctest message through this.
[[nodiscard]] std::string outcome(const std::expected<neuron::fdt::Tree, neuron::fdt::Error>& tree);
[[nodiscard]] std::string open_outcome(std::span<const std::byte> blob);

} // namespace fdt_test
