// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    auto copy(many.sender); // reject
}
