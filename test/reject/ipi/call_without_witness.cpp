// expect: no matching function for call
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::call_on(machine, cpu, [](core::IrqContext&) { return 1; }); // reject
}
