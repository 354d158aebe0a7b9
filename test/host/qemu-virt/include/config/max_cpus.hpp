// SPDX-License-Identifier: MIT
// What Kconfig would say.
#pragma once

namespace neuron::config {
inline constexpr unsigned long max_cpus = 64;
}
