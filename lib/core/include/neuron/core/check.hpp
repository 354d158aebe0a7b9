// SPDX-License-Identifier: MIT
// Broken invariants end the image by name; they are never an error value.
#pragma once

#include <neuron/env/cpu.hpp>

namespace neuron::core {

/// Ends the image with `message` unless `holds`. `message` says what was expected. Every context.
inline void check(bool holds, std::string_view message,
                  std::source_location where = std::source_location::current()) {
    if (!holds) [[unlikely]]
        env::die(message, where);
}

} // namespace neuron::core
