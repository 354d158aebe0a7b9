// expect: no matching function for call
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    auto second = funnel.receiver.copy(); // reject
}
