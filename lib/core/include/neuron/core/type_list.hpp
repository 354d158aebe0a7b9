// SPDX-License-Identifier: MIT
// A list of types, as a type.
#pragma once

namespace neuron::core {

template <class... T>
struct TypeList {
    /// Calls use.operator()<T>() for each type, in order.
    template <class Use>
    static constexpr void for_each([[maybe_unused]] Use use) { // unused by an empty list
        (use.template operator()<T>(), ...);
    }
};

} // namespace neuron::core
