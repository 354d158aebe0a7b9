// expect: constraints not satisfied
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::try_post<Nudge>(machine, cpu, IpiMessage<Nudge>()); // reject
}
