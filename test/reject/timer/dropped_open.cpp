// expect: ignoring return value
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    timer::open_owner(machine); // reject
}
