// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/core/witness.hpp>

namespace neuron::preempt {

/// The task that holds one keeps its CPU; handlers still run. It is core::Pinned by the name that
/// schedulers have for it, and as good without this library. A slice that ends meanwhile is not
/// forgotten: the next interrupt after the guard ends it.
using PreemptGuard = core::Pinned;

} // namespace neuron::preempt
