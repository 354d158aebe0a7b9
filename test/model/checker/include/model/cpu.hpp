// SPDX-License-Identifier: MIT
// A CPU with interrupts: the thread that runs on it, a handler, and what is pending. A handler is a
// thread of its own that waits until something is pending and the CPU does not mask; while it runs,
// masking waits. An interrupt orders nothing: code under test must do that itself.
#pragma once

#include <model/run.hpp>

namespace model {

/// Outlives the threads that use it: make it first in the body.
class Cpu {
  public:
    Cpu();
    Cpu(const Cpu&) = delete;
    Cpu& operator=(const Cpu&) = delete;

    /// The calling thread runs on this CPU: its interrupts are masked here.
    void run_here();
    /// handler() runs once for each time that something is pending and not masked. It clears what
    /// is pending itself, or it runs again. A body whose objects the handler uses masks at its end.
    void set_handler(std::function<void()> handler);

    /// From any thread. Relaxed.
    void send_irq();
    /// From the handler: nothing is pending. Relaxed.
    void clear_irq();
    /// Sleeps until something is pending, masked or not; with spurious wake-ups perhaps not even
    /// then.
    void wait_irq();

    void mask();
    void unmask();

  private:
    LocationId pending_;
    LocationId masked_;
};

} // namespace model
