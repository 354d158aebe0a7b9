// expect: ignoring return value of
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    ipi::call_on(machine, none, cpu, [](core::IrqContext&) {}); // reject
}
