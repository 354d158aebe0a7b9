// SPDX-License-Identifier: MIT
// The word of a spin lock: who is in.
//
//   CPU a                         CPU b
//   exchange(1) -> 0  (acquire)   exchange(1) -> 1
//   ... data ...                  spin_until(load == 0)
//   store(0)          (release)   exchange(1) -> 0  (acquire): sees a's writes
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/wait.hpp>

#include <cstdint>

namespace neuron::sync::detail {

class LockWord {
  public:
    /// Interrupts masked; waits until the lock is free, and takes it.
    void acquire() {
        // Acquire: pairs with the release store below.
        while (word_.exchange(1, core::acquire) != 0)
            core::spin_until([&] { return word_.load(core::relaxed) == 0; }); // a hint only
    }
    void release() { word_.store(0, core::release); } // pairs with the exchange in acquire

  private:
    core::Atomic<std::uint32_t> word_{0};
};

} // namespace neuron::sync::detail
