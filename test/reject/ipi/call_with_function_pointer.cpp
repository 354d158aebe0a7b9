// expect: call_on takes a captureless callable
// SPDX-License-Identifier: MIT
#include "system.hpp"

int answer(core::IrqContext&);

void reject() {
    (void)ipi::call_on(machine, none, cpu, &answer); // reject
}
