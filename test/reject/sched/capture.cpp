// expect: spawn: a captureless callable is wanted
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject([[maybe_unused]] int& local) {
    (void)sched::spawn(machine, {}, [&local](Task&) { return local; }); // reject
}
