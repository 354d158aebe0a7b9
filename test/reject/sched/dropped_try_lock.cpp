// expect: ignoring return value of
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    mutex.try_lock(self); // reject
}
