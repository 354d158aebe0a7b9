// SPDX-License-Identifier: MIT
// For whoever has a part of its work to give to an idle CPU by itself (lib/parallel).
#pragma once

#include <neuron/steal/steal.hpp>

namespace neuron::steal {

/// Whether some CPU is idle. A moment old, and cheap: two loads.
template <class System>
[[nodiscard]] bool seems_idle(System& system) {
    return !system.template shared<Feature>().seems_empty();
}

/// An idle CPU, which nobody else gives work to: the caller does, or says that it does not
/// (give_up).
template <class System>
[[nodiscard]] std::optional<core::CpuId> claim_idle(System& system) {
    const core::IrqOff masked;
    return detail::take_idle(system, masked, [](core::CpuId) { return true; });
}
/// Nothing was given to that CPU: it looks around by itself.
template <class System>
void give_up(System& system, core::CpuId cpu) {
    post_waiting(typename System::Features(), system, cpu);
}

} // namespace neuron::steal
