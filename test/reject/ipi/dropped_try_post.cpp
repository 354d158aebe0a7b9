// expect: ignoring returned value of type
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    ipi::try_post<Number>(machine, cpu, IpiMessage<Number>(3)); // reject
}
