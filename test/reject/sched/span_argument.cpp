// expect: spawn: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

extern std::span<int> numbers;

void reject() {
    (void)sched::spawn(machine, {}, [](Task&, std::span<int>) {}, numbers); // reject
}
