// expect: timer: a callback takes
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::arm(machine, owner, soon, [](System&, const core::IrqOff&, const timer::Firing&) {}); // reject
}
