// expect: timer: a callback is a captureless callable
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::arm(machine, owner, soon, [&](System&, core::IrqContext&, const timer::Firing&) { ++number; }); // reject
}
