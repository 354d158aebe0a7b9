// expect: ignoring returned value of type
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    ipi::post_and_wait<Nudge>(machine, none, cpu, IpiMessage<Nudge>()); // reject
}
