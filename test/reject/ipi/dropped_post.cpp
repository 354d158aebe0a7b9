// expect: ignoring returned value of type
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    ipi::post<Nudge>(machine, cpu, IpiMessage<Nudge>()); // reject
}
