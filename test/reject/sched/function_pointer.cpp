// expect: spawn: a captureless callable is wanted
// SPDX-License-Identifier: MIT
#include "system.hpp"

int answer(Task&);

void reject() {
    (void)sched::spawn(machine, {}, &answer); // reject
}
