// expect: no matching function for call
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    auto ends = alone.open();
    auto second = ends->sender.copy(); // reject
}
