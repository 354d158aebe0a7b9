// SPDX-License-Identifier: MIT
// Waiting for another CPU. These are the only ways to wait: polls, then naps, so that the CPU that
// is waited for gets to run wherever CPUs share a host core.
#pragma once

#include <neuron/env/cpu.hpp>

namespace neuron::core {

/// INV-CORE-2: returns once done() is true. `done` has no effect while it answers false. While it
/// waits, a CPU serves the system's Stop and nothing else. For a bound on the time, let `done` look
/// at a clock.
template <class Done>
void spin_until(Done done) {
    for (unsigned polls = 0; env::begin_poll(), !done(); ++polls)
        env::relax(polls);
}

/// Waits in the same way for `polls` polls at most; whether done() became true.
template <class Done>
[[nodiscard]] bool spin_at_most(unsigned polls, Done done) {
    for (unsigned poll = 0; poll < polls; ++poll) {
        if (done())
            return true;
        env::relax_bounded(poll);
    }
    return false;
}

} // namespace neuron::core
