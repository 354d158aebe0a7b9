// expect: no matching function for call to
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject([[maybe_unused]] const Task& other) {
    sched::park(machine, other); // reject
}
