// expect: parallel_for: a captureless callable is wanted
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject([[maybe_unused]] int& local) {
    parallel_for(scope, Part(numbers), 1, [&local](int& n, std::size_t) { n = local; }); // reject
}
