// expect: no matching function for call to
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)sched_qos::set_qos(machine, self, 3); // reject
}
