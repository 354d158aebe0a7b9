// expect: call: a captureless callable is wanted
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject([[maybe_unused]] int& local) {
    (void)call([&local](Scope&) { return local; }); // reject
}
