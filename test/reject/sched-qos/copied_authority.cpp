// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    sched_qos::Authority mine(authority); // reject
}
