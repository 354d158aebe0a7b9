// expect: ignoring return value of
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    sched::spawn(machine, {}, [](Task&) {}); // reject
}
