// expect: is private within this context
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    const sched_qos::Authority mine; // reject
}
