// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    sched::Handle<System> copy(handle); // reject
}
