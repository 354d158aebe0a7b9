// SPDX-License-Identifier: MIT
// What core::Strand is in an image. It stands at the top of its own stack, or, of the strand that
// is idle on the main stack, in the CPU's block.
#pragma once

#include <arch/context.hpp>
#include <neuron/core/strand.hpp>

#include <cstddef>
#include <span>

/// It belongs to whoever may go on with it.
struct alignas(64) neuron::core::Strand {
    Strand() = default;
    explicit Strand(std::span<std::byte> own) : stack(own) {}

    arch::Context context;
    std::span<std::byte> stack; ///< what may be used of it; nothing: the CPU's main stack
};
