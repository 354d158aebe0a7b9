// SPDX-License-Identifier: MIT
// Short names for the tests of the checker.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/wait.hpp>

#include <memory>
#include <model/model.hpp>
#include <vector>

namespace suite {

using namespace neuron::core;
using Word = Atomic<unsigned>;

/// Runs each function on a thread of its own, and joins them.
template <class... F>
void parallel(F... bodies) {
    std::vector<std::unique_ptr<model::Thread>> threads;
    (threads.push_back(std::make_unique<model::Thread>(bodies)), ...);
    for (const auto& thread : threads)
        thread->join();
}

/// Runs body(0) to body(count - 1) that way.
template <class F>
void each_of(unsigned count, F body) {
    std::vector<std::unique_ptr<model::Thread>> threads;
    for (unsigned i = 0; i < count; ++i)
        threads.push_back(std::make_unique<model::Thread>([body, i] { body(i); }));
    for (const auto& thread : threads)
        thread->join();
}

} // namespace suite
