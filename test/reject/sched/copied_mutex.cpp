// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    sched::Mutex<System> copy(mutex); // reject
}
