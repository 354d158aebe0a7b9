// expect: timer: a callback takes (System&, IrqContext&, const Firing&, args...)
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::arm(machine, owner, soon, [](System&) {}); // reject
}
