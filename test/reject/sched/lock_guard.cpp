// expect: no matching function for call to
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    const std::lock_guard<sched::Mutex<System>> guard(mutex); // reject
}
