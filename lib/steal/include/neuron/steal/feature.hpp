// SPDX-License-Identifier: MIT
// What lib/steal adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/steal/hooks.hpp>
#include <neuron/steal/messages.hpp>

namespace neuron::steal {

template <class Values>
struct Feature : Hooks<Values> {
    using IpiKinds = core::TypeList<StealRequest, StealAnswer, WorkWaits>;
};

} // namespace neuron::steal
