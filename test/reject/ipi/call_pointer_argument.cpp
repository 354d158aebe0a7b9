// expect: call_on: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::call_on(machine, none, cpu, [](core::IrqContext&, int* p) { return *p; }, &number); // reject
}
