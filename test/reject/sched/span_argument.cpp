// expect: spawn: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    (void)sched::spawn(
        machine, {}, [](Task&, std::span<int>) {}, std::span<int>(&number, 1)); // reject
}
