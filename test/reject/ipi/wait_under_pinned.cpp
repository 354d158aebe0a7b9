// expect: no matching function for call
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::post_and_wait<Nudge>(machine, core::Pinned(), cpu, IpiMessage<Nudge>()); // reject
}
