// expect: is private within this context
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    sched::Handle<System> forged(handle.pid()); // reject
}
