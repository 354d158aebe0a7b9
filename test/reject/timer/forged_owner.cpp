// expect: is private within this context
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    const timer::Owner mine(3, core::QosClass::Normal); // reject
}
