// SPDX-License-Identifier: MIT
// The kinds that lib/ipi itself brings.
#pragma once

#include <neuron/ipi/kind.hpp>

namespace neuron::ipi {

/// Look again at what is to run. That it came ends a sleep; features may do more about it:
/// `static void on_reschedule(System&, IrqContext&)`.
struct Reschedule {
    using Carrier = Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        System::Features::for_each([&]<class F> {
            if constexpr (requires { &F::template on_reschedule<System>; })
                F::on_reschedule(system, irq);
        });
    }
};

/// Leave the system for good. What is posted afterwards comes back: Offline.
struct Stop {
    using Carrier = Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId) {
        system.stop_this_cpu(irq);
    }
};

} // namespace neuron::ipi
