// expect: constraints not satisfied
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::post<Number>(machine, cpu, IpiMessage<Number>(3)); // reject
}
