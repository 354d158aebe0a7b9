// expect: a time-out is of lib/sched-time
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)semaphore.try_acquire_until(self, limit); // reject
}
