// expect: a time-out is of lib/sched-time
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)mutex.try_lock_until(self, limit); // reject
}
