// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    Part<int> copy(part); // reject
}
