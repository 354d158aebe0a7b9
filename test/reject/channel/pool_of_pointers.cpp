// expect: template constraint failure
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    channel::Pool<int*, 2> pointers; // reject
}
