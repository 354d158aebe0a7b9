// expect: one object can't go to several CPUs
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::post_mask<Parcel>(machine, core::CpuSet<2>(), node); // reject
}
