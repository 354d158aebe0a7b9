// SPDX-License-Identifier: MIT
// Code of a selftest in a handler: the CPU rings itself, and its software interrupt runs the probe.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/core/witness.hpp>

namespace neuron::selftest {

/// The function that the next software interrupt of this CPU runs, once.
class Probe {
  public:
    using Function = void (*)(void* system, core::IrqContext& irq);

    void arm(Function function) { function_.store(function, core::relaxed); } // same CPU
    [[nodiscard]] bool is_armed() const { return function_.load(core::relaxed) != nullptr; }
    void run(void* system, core::IrqContext& irq) {
        if (Function function = function_.load(core::relaxed)) { // same CPU
            function(system, irq);
            function_.store(nullptr, core::relaxed); // same CPU
        }
    }

  private:
    core::Atomic<Function> function_{nullptr};
};

template <class Values>
struct Feature; // feature.hpp

/// Runs function(System&, IrqContext&) in a handler of this CPU, and returns when it has run.
/// `function` is captureless. Task level, interrupts on; false if the doorbell did not ring.
template <class System, class F>
[[nodiscard]] bool run_in_handler(System& system, F) {
    const core::CpuId self = system.this_cpu();
    Probe& probe = system.template remote<Feature>(self).probe;
    probe.arm([](void* any, core::IrqContext& irq) { F{}(*static_cast<System*>(any), irq); });
    if (!system.ring(self))
        return false;
    core::spin_until([&] { return !probe.is_armed(); });
    return true;
}

} // namespace neuron::selftest

// SAFETY: a function pointer is not derived; it names code, and is armed and run on one CPU.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::selftest::Probe> = true;
