// SPDX-License-Identifier: MIT
// Tests enter handlers and panics themselves.
#pragma once

#include <neuron/core/witness.hpp>

struct neuron::core::ContextMaker {
    static IrqContext handler() { return {}; }
    static PanicContext panic() { return {}; }
};
