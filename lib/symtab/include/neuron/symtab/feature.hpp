// SPDX-License-Identifier: MIT
// What lib/symtab adds to a system: names for the addresses of a backtrace.
#pragma once

#include <neuron/symtab/symtab.hpp>

namespace neuron::symtab {

struct Feature {
    /// The function that the address is in, by the table of this very image.
    [[nodiscard]] static std::optional<Place> describe(std::uintptr_t address);
};

} // namespace neuron::symtab
