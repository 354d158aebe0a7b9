// expect: spawn: the function takes (Task&, args...)
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)sched::spawn(machine, {}, [] { return 1; }); // reject
}
