// expect: ignoring return value
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    timer::cancel(machine, owner, id); // reject
}
