// expect: Work: the arguments are copied, and must fit
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::arm(machine, owner, soon, Nothing(), std::array<long, 3>{}); // reject
}
