// SPDX-License-Identifier: MIT
// Device trees of boards: read from FDT_TREES, and changed by libfdt.
#pragma once

#include <neuron/fdt/tree.hpp>
#include <plat/machine.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace board_test {

using Result = std::expected<neuron::plat::Machine, std::string_view>;

inline constexpr neuron::fdt::Region image{0x8020'0000, 0x10'0000};

/// A tree that can be changed. Nodes are given by their paths, which must be there.
class Board {
  public:
    /// The file `name`.dtb below FDT_TREES.
    explicit Board(const std::string& name = "qemu-virt/board");

    Board& cells(const char* path, const char* name, std::initializer_list<std::uint32_t> values);
    Board& wide(const char* path, const char* name, std::uint64_t value);
    Board& text(const char* path, const char* name, std::string_view value);
    Board& remove(const char* path, const char* name);
    Board& remove_node(const char* path);
    /// A new first child.
    Board& add_node(const char* path, const char* name);
    Board& disable(const char* path) { return text(path, "status", "disabled"); }
    Board& initrd(std::uint32_t start, std::uint32_t end);

    /// The harts of /cpus that are okay, in the order of the tree, as libfdt sees them.
    [[nodiscard]] std::vector<std::uint64_t> harts() const;

    /// What the board makes of the tree. The tree stays where it is until the next read.
    Result read(std::uint64_t boot_hart, neuron::fdt::Region where = image);
    /// The error of that, or "accepted".
    std::string refusal(std::uint64_t boot_hart, neuron::fdt::Region where = image);

    [[nodiscard]] std::vector<std::byte> packed() const;

  private:
    [[nodiscard]] int node(const char* path) const;
    Board& set(const char* path, const char* name, std::span<const std::byte> value);

    std::vector<std::byte> tree_;
    std::unique_ptr<std::byte[]> exact_;
};

/// What read_machine makes of these bytes; nothing if they are no device tree.
std::optional<Result> read_bytes(std::span<const std::byte> bytes, std::uint64_t boot_hart,
                                 neuron::fdt::Region where = image);

/// "7 2 64": the harts of the CPUs in their order.
std::string harts_of(const Result& machine);
/// The doorbells of the CPUs in their order, hexadecimal.
std::string doorbells_of(const Result& machine);

} // namespace board_test
