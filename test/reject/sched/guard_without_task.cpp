// expect: no matching function for call to
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    const sched::Guard<System> guard(mutex); // reject
}
