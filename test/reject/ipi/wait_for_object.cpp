// expect: constraints not satisfied
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)ipi::post_and_wait<Parcel>(machine, none, cpu, IpiMessage<Parcel>(node)); // reject
}
