// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    IpiMessage<Number> message(1);
    IpiMessage<Number> copy(message); // reject
}
