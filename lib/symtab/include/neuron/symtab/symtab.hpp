// SPDX-License-Identifier: MIT
// The functions of this image by address. The table is data that the build puts behind the text
// (tools/symtab.py has the format); it is read only in reports, and trusted in nothing: a table
// that makes no sense gives no names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace neuron::symtab {

/// A place in the text: the function it is in, and how far inside.
struct Place {
    std::string_view name;
    std::uint64_t offset;
};

/// What stands at `distance` bytes behind the start of the image, says `table`. Every context,
/// panic included; reads the table only. INV-SYMTAB-1: never outside it, whatever it holds.
[[nodiscard]] std::optional<Place> look_up(std::span<const std::byte> table,
                                           std::uint64_t distance);

} // namespace neuron::symtab
