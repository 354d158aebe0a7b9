// expect: parallel_for: an argument must be Send and Sync
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    parallel_for(scope, Part(numbers), 1, [](int&, std::size_t, auto&) {}, part); // reject
}
