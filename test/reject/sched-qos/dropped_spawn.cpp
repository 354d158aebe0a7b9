// expect: ignoring return value of
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    sched_qos::spawn(machine, authority, {}, [](Task&) {}); // reject
}
