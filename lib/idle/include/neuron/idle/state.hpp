// SPDX-License-Identifier: MIT
// What a CPU does that has nothing to run.
#pragma once

#include <cstddef>
#include <cstdint>

namespace neuron::idle {

/// Deeper takes longer to leave. Stable values.
enum class State : std::uint32_t {
    Poll = 0,    ///< looks at its mailbox: who posts need not ring
    Wait = 1,    ///< wfi
    Suspend = 2, ///< retentive, by the firmware (SBI 1.0, section 9.4)
};
inline constexpr std::size_t states = 3;

[[nodiscard]] constexpr std::size_t index(State state) {
    return static_cast<std::size_t>(state);
}

} // namespace neuron::idle
