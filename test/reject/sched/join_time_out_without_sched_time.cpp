// expect: a time-out is of lib/sched-time
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)sched::join(machine, self, handle, limit); // reject
}
