// expect: a time-out is of lib/sched-time
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)changed.wait_until(self, mutex, limit); // reject
}
