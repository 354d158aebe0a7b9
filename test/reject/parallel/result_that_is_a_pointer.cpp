// expect: call: its result may come from another CPU
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)join(scope, call([](Scope&) { return &number; }), // reject
               call([](Scope&) {}));                        // reject
}
