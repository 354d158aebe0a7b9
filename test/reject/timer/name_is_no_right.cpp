// expect: no matching function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    (void)timer::cancel(machine, id, id); // reject
}
