// SPDX-License-Identifier: MIT
// What lib/symtab adds to a system: names for the addresses of a backtrace.
#pragma once

#include <neuron/symtab/symtab.hpp>

namespace neuron::symtab {

/// The function that the address is in, by the table of this very image.
[[nodiscard]] std::optional<Place> describe(std::uintptr_t address);

template <class Values>
struct Feature {
    [[nodiscard]] static std::optional<Place> describe(std::uintptr_t address) {
        return symtab::describe(address);
    }
};

} // namespace neuron::symtab
