// expect: is private within this context
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    barrier.wait(self, sched::Barrier<System>::ArrivalToken(1)); // reject
}
