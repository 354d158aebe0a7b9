// expect: ignoring return value
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    timer::arm(machine, owner, soon, Nothing()); // reject
}
