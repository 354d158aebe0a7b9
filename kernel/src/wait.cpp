// SPDX-License-Identifier: MIT
// What a CPU does when it has nothing to do: nap while it waits for another, sleep when idle.
#include <arch/csr.hpp>
#include <neuron/app.hpp>

#include "access.hpp"

namespace neuron {

/// The waiter's step (core::spin_until). A masked waiter can't take the interrupt that Stop rings
/// with, so it looks for itself. INV-KERNEL-2.
void env::nap() {
    const bool was_masked = !env::irq_enabled();
    const core::IrqOff masked;
    kernel::CpuBlock& block = kernel::this_block();
    if (kernel::must_stop(block.identity.cpu))
        kernel::stop_this_cpu(block);
    block.counters.naps.add(masked, 1);
    // A masked waiter can't take a pending doorbell, which would end its every nap at once.
    const bool deaf = was_masked && arch::deselect_software_interrupt();
    block.clock.nap(was_masked);
    if (deaf)
        arch::reselect_software_interrupt();
}

bool run_pending() {
    core::check_may_block();
    return kernel::run_features();
}

namespace kernel {

void stop_this_cpu(CpuBlock& block) {
    (void)env::irq_save();
    arch::disable_interrupts(); // not even a pending one ends the sleep below
    block.life.stop();
    arch::halt();
}

bool run_features() {
    bool ran = false;
    Features::for_each([&]<class F> {
        if constexpr (requires { &F::template run<System>; })
            ran = F::run(system()) || ran;
    });
    return ran;
}

/// By the feature that knows better, else as every RISC-V hart can.
static void sleep(const core::IrqOff& masked) {
    bool slept = false;
    Features::for_each([&]<class F> {
        if constexpr (requires { &F::template sleep<System>; }) {
            F::sleep(system(), masked);
            slept = true;
        }
    });
    if (!slept)
        system().wait_for_interrupt(masked);
}

void idle_for_good() {
    for (;;) {
        if (run_features())
            continue;
        // Masked, looked at again, then asleep: a doorbell that rings in between stays pending
        // and ends the sleep at once. It is taken when the mask goes. INV-KERNEL-3.
        const core::IrqOff masked;
        check_stacks(this_block());
        bool work = false;
        Features::for_each([&]<class F> {
            if constexpr (requires { &F::template on_idle<System>; })
                F::on_idle(system(), masked);
        });
        Features::for_each([&]<class F> {
            if constexpr (requires { &F::template has_work<System>; })
                work = work || F::has_work(system(), masked);
        });
        if (!work)
            sleep(masked);
        Features::for_each([&]<class F> {
            if constexpr (requires { &F::template on_wake<System>; })
                F::on_wake(system(), masked);
        });
    }
}

} // namespace kernel
} // namespace neuron
