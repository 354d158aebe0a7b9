// expect: ignoring returned value of type
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    ipi::post_mask<Nudge>(machine, core::CpuSet<2>()); // reject
}
