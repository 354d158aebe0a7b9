// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    lawful();
    timer::Owner mine(owner); // reject
}
