// expect: call: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)call([](Scope&, std::span<int>) {}, numbers); // reject
}
