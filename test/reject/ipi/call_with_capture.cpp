// expect: call_on takes a captureless callable
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject([[maybe_unused]] int& local) {
    (void)ipi::call_on(machine, none, cpu, [&local](core::IrqContext&) { return local; }); // reject
}
