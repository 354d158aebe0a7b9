// expect: ignoring return value
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    auto ends = alone.open();
    ends->receiver.receive(self); // reject
}
