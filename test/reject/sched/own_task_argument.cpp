// expect: spawn: an argument must be Send
// SPDX-License-Identifier: MIT
#include "system.hpp"

extern std::reference_wrapper<Task> itself;

void reject() {
    (void)sched::spawn(machine, {}, [](Task&, std::reference_wrapper<Task>) {}, itself); // reject
}
