// expect: what it carries goes to another CPU: it must be Send (no pointer, reference or span)
// SPDX-License-Identifier: MIT
#include "system.hpp"

struct Payload {
    using Carrier = ipi::Slot<const char*>;
};

void reject() {
    (void)sizeof(IpiMessage<Payload>); // reject
}
