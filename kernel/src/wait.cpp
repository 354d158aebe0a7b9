// SPDX-License-Identifier: MIT
// What a CPU does when it has nothing to do: nap while it waits for another, sleep when idle.
#include <arch/csr.hpp>
#include <neuron/app.hpp>
#include <neuron/core/irq.hpp>

#include "access.hpp"

namespace neuron {

/// The waiter's step (core::spin_until). A masked waiter can't take the interrupt that Stop rings
/// with, so it looks for itself. INV-KERNEL-2.
void env::nap() {
    const bool were_on = env::irq_save();
    const core::CpuId self = system().this_cpu();
    kernel::CpuBlock& block = kernel::Access::block(system(), self);
    if (kernel::must_stop(self))
        kernel::stop_this_cpu(block);
    kernel::Counters::count(block.counters.naps);
    // A masked waiter can't take a pending doorbell, which would end its every nap at once.
    const bool deaf = !were_on && arch::deselect_software_interrupt();
    block.clock.nap();
    if (deaf)
        arch::reselect_software_interrupt();
    env::irq_restore(were_on);
}

namespace kernel {

bool must_stop(core::CpuId self) {
    // Acquire: pairs with the exchange in panic_with.
    const std::uint32_t stopping = Access::stopping(system()).load(core::acquire);
    return stopping != 0 && stopping != self.value + 1;
}

void stop_this_cpu(CpuBlock& block) {
    (void)env::irq_save();
    arch::disable_interrupts(); // not even a pending one ends the sleep below
    block.life.stop();
    arch::halt();
}

void idle(CpuBlock& block) {
    for (;;) {
        bool ran = false;
        Features::for_each([&]<class F> {
            if constexpr (requires {
                              typename F::PerCpu;
                              &F::template run<System>;
                          })
                ran = F::run(system(), detail::part_of<F>(block.parts)) || ran;
        });
        if (ran)
            continue;
        // Masked, looked at again, then asleep: a doorbell that rings in between stays pending
        // and ends the sleep at once. It is taken when the mask goes. INV-KERNEL-3.
        const core::IrqOff masked;
        bool work = false;
        Features::for_each([&]<class F> {
            if constexpr (requires {
                              typename F::PerCpu;
                              &F::template has_work<System>;
                          })
                work = work || F::has_work(system(), detail::part_of<F>(block.parts));
        });
        if (!work)
            arch::wait_for_interrupt();
    }
}

} // namespace kernel
} // namespace neuron
