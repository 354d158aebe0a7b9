// SPDX-License-Identifier: MIT
// Broken invariants end the image by name; they are never an error value.
#pragma once

#include <neuron/core/where.hpp>
#include <neuron/env/cpu.hpp>

namespace neuron::core {

/// Ends the image with `message` unless `holds`. `message` says what was expected: a literal, which
/// costs nothing while all is well. Every context.
constexpr void check(bool holds, const char* message,
                     Where where = {__builtin_FILE(), __builtin_LINE()}) {
    if (!holds) [[unlikely]]
        env::die(message, where.file, where.line);
}

} // namespace neuron::core
