// SPDX-License-Identifier: MIT
// A selftest waits for what other code is to bring about.
#pragma once

#include <neuron/core/wait.hpp>

#include <cstdint>

namespace neuron::selftest {

/// Waits until done(); false if it does not come to pass within the diagnostic bound.
template <class System, class Done>
bool comes_to_pass(System& system, Done done) {
    const std::uint64_t deadline = system.diagnostic_deadline();
    bool came = false;
    core::spin_until([&] {
        came = done();
        return came || system.now() >= deadline;
    });
    return came;
}

} // namespace neuron::selftest
