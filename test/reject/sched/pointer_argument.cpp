// expect: spawn: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)sched::spawn(machine, {}, [](Task&, int* p) { return *p; }, &number); // reject
}
