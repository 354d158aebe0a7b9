// SPDX-License-Identifier: MIT
// The software interrupt is acknowledged once more after its messages were taken, a while later: a
// doorbell that rings in between is lost.
#include <arch/csr.hpp>
#include <arch/trap_state.hpp>

using neuron::arch::FrameArea;

extern "C" FrameArea* __real_neuron_trap(FrameArea* frame);
extern "C" FrameArea* __wrap_neuron_trap(FrameArea* frame) {
    const bool is_doorbell = frame->is_interrupt() && frame->code() == neuron::arch::irq_software;
    FrameArea* const next = __real_neuron_trap(frame);
    if (is_doorbell) {
        const std::uint64_t end =
            neuron::arch::read_time() + 100'000; // 10 ms of this board's clock
        while (neuron::arch::read_time() < end)
            continue;
        neuron::arch::clear_software_interrupt();
    }
    return next;
}
