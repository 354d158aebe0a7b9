// expect: spawn: the arguments go on the new stack
// SPDX-License-Identifier: MIT
#include "system.hpp"

extern std::array<int, 300> many;

void reject() {
    (void)sched::spawn(machine, {}, [](Task&, const std::array<int, 300>&) {}, many); // reject
}
