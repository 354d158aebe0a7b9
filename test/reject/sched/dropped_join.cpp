// expect: ignoring returned value of type
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    sched::join(machine, self, handle); // reject
}
