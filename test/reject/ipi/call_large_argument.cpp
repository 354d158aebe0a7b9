// expect: call_on: arguments have 64 bytes, and so has the result
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::call_on(machine, none, cpu, [](core::IrqContext&, std::array<int, 17> a) { return a[0]; }, std::array<int, 17>()); // reject
}
