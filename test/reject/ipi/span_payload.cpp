// expect: what it carries goes to another CPU: it must be Send (no pointer, reference or span)
// SPDX-License-Identifier: MIT
#include "system.hpp"
#include <span>

struct Payload {
    using Carrier = ipi::Ring<std::span<int>>;
};

void reject() {
    (void)sizeof(IpiMessage<Payload>); // reject
}
