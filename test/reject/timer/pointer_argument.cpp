// expect: Work: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::arm(machine, owner, soon, Nothing(), &number); // reject
}
