// SPDX-License-Identifier: MIT
//
// Walks over accepted trees: one that tries everything, one beside libfdt.
#pragma once

#include <neuron/fdt/tree.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace fdt_test {

// Calls every accessor on every node and property and reads every byte they give. Returns what is
// wrong with the answers, empty if nothing. Gives up when it takes more steps than the blob has
// words.
[[nodiscard]] std::string try_everything(const neuron::fdt::Tree& tree);

// Compares nodes, their order and nesting, properties and their bytes, look-ups and reservations
// with what libfdt reads from the same bytes. Returns the first difference, empty if none.
[[nodiscard]] std::string differs_from_libfdt(const neuron::fdt::Tree& tree,
                                              std::span<const std::byte> blob);

} // namespace fdt_test
