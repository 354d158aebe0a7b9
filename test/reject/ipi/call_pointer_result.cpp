// expect: call_on: the result comes back from another CPU: Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::call_on(machine, none, cpu, [](core::IrqContext&) { return static_cast<int*>(nullptr); }); // reject
}
