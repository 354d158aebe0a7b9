// expect: use of deleted function
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    IpiMessage<Parcel> message(node);
    IpiMessage<Parcel> copy(message); // reject
}
