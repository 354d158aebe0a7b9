// SPDX-License-Identifier: MIT
// Interrupts masked for a scope. Data that a handler on the same CPU touches too is read and
// written inside such a scope only.
#pragma once

#include <neuron/env/cpu.hpp>

namespace neuron::core {

/// INV-CORE-3: interrupts are masked on this CPU while one of these lives; nests.
class [[nodiscard]] IrqOff {
  public:
    IrqOff() : were_on_(env::irq_save()) {}
    ~IrqOff() { env::irq_restore(were_on_); }
    IrqOff(const IrqOff&) = delete;
    IrqOff& operator=(const IrqOff&) = delete;

  private:
    bool were_on_;
};

} // namespace neuron::core
