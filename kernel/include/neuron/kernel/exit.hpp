// SPDX-License-Identifier: MIT
// How an image ends, and what its status says.
#pragma once

#include <cstdint>

namespace neuron {

/// 128 + 6, as a shell shows a program that aborted.
inline constexpr std::uint8_t exit_panic = 134;

/// The image can't work with what it was handed (device tree, boot arguments).
inline constexpr std::uint8_t exit_refused = 2;

/// Ends the image with this status, which becomes QEMU's. From any CPU, in any context; the other
/// CPUs are cut off where they are. If another CPU ends the image already (its panic), its status
/// stays and this CPU stops.
[[noreturn]] void exit(std::uint8_t status);

} // namespace neuron
