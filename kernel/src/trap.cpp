// SPDX-License-Identifier: MIT
// What comes out of trap.S. Handlers run on the handler stack with interrupts masked and FS off;
// they don't nest: an exception inside one goes to neuron_trap_in_handler and is fatal.
#include <arch/csr.hpp>
#include <arch/preempt.hpp>
#include <neuron/app.hpp>

#include "access.hpp"
#include "stacks.hpp"

namespace neuron::kernel {
namespace {

/// The CPU that this trap happened on, by the frame area that its hart's sscratch named. A tp that
/// says otherwise was lost, and is repaired. INV-KERNEL-1.
CpuBlock& trapped_cpu(const arch::FrameArea& frame, bool& tp_was_lost) {
    // SAFETY: addresses, for comparison. A tp that leads to the very area is that block's.
    tp_was_lost = frame.tp() + BLOCK_FRAME != reinterpret_cast<std::uintptr_t>(&frame);
    if (!tp_was_lost) [[likely]]
        return this_block();
    CpuBlock* block = block_of(frame);
    if (block == nullptr) // an unknown hart is never taken for another
        panic_with("a trap on an unknown hart", core::Where(), &frame);
    arch::write_tp(block);
    return *block;
}

/// S_SOFT: acknowledge first, look afterwards, so that a doorbell that rings in between is taken
/// again. One with nothing to do is legal.
void on_software_interrupt(CpuBlock& block, core::IrqContext& irq) {
    arch::clear_software_interrupt();
    block.counters.software_interrupts.add(irq, 1);
    if (must_stop(block.identity.cpu))
        stop_this_cpu(block);
    Features::for_each([&]<class F> {
        if constexpr (requires { &F::template on_software_interrupt<System>; })
            F::on_software_interrupt(system(), irq);
    });
}

void on_timer_interrupt(CpuBlock& block, core::IrqContext& irq) {
    block.counters.timer_interrupts.add(irq, 1);
    block.clock.on_interrupt();
    Features::for_each([&]<class F> {
        if constexpr (requires { &F::template on_timer_interrupt<System>; })
            F::on_timer_interrupt(system(), irq);
    });
    block.clock.settle();
}

/// The stack that overflowed, if that is what happened: an access to the guard of the stack in use,
/// by code that has come down to it.
std::optional<StackPlace> overflowed_stack(const arch::FrameArea& frame) {
    if (!config::vm || !frame.is_data_fault())
        return {};
    const auto touched = stack_at(frame.stval);
    const auto in_use = stack_at(frame.sp());
    return touched && touched->is_in_guard() && in_use && in_use->stack == touched->stack &&
                   in_use->offset <= guard_of(touched->stack.use) + largest_frame
               ? touched
               : std::nullopt;
}

/// The panic, by the trap's cause.
[[noreturn]] void panic_at_trap(std::string_view prefix, const arch::FrameArea& frame) {
    format::BoundedText<100> message;
    if (const auto stack = overflowed_stack(frame))
        format::write(message, "{}stack overflow in {}", prefix,
                      describe_stack(stack->stack).view());
    else
        format::write(message, "{}{}", prefix, arch::cause_name(frame));
    panic_with(message.view(), core::Where(), &frame);
}

/// What an interrupt came upon gives way first, if a feature wants that.
void give_way_if_wanted(const CpuBlock& block, arch::FrameArea& frame, core::IrqContext& irq) {
    Features::for_each([&]<class F> {
        if constexpr (requires { &F::template wants_switch<System>; }) {
            if (!F::wants_switch(system(), irq)) [[likely]]
                return;
            const std::byte* const lowest = block.running->stack.data();
            // SAFETY: an address, for comparison.
            if (arch::sp_to_give_way(frame) <
                reinterpret_cast<std::uintptr_t>(lowest) + arch::needed_to_give_way) [[unlikely]]
                panic("stack overflow in {}", describe_stack(lowest).view());
            arch::give_way_after(frame);
        }
    });
}

} // namespace

void SystemBase::run_as_handler(void* object, void (*use)(void*, core::IrqContext&)) {
    const core::IrqOff masked;
    core::IrqContext irq = core::ContextMaker::handler();
    use(object, irq);
}

void SystemBase::stop_hart(const core::IrqOff&) {
    arch::disable_interrupts();
    arch::sbi::hart_stop();
    arch::halt(); // the firmware can't: it is out all the same
}

void SystemBase::stop_this_cpu(core::IrqContext&) {
    kernel::stop_this_cpu(this_block());
}

} // namespace neuron::kernel

using namespace neuron;

/// From trap.S; returns the frame to go on with.
extern "C" arch::FrameArea* neuron_trap(arch::FrameArea* frame) {
    bool tp_was_lost = false;
    kernel::CpuBlock& block = kernel::trapped_cpu(*frame, tp_was_lost);
    core::IrqContext irq = core::ContextMaker::handler();
    if (tp_was_lost) [[unlikely]]
        block.counters.identity_fallbacks.add(irq, 1);
    if (frame->is_interrupt() && frame->code() == arch::irq_software)
        kernel::on_software_interrupt(block, irq);
    else if (frame->is_interrupt() && frame->code() == arch::irq_timer)
        kernel::on_timer_interrupt(block, irq);
    else
        kernel::panic_at_trap("", *frame);
    kernel::check_stacks(block);
    kernel::give_way_if_wanted(block, *frame, irq);
    return frame;
}

/// From preempt.S, in what was interrupted, with interrupts masked.
extern "C" void neuron_give_way() {
    const core::IrqOff masked;
    kernel::Features::for_each([&]<class F> {
        if constexpr (requires { &F::template on_preempted<System>; })
            F::on_preempted(system(), masked);
    });
}

/// From trap.S, on the emergency stack.
extern "C" [[noreturn]] void neuron_trap_in_handler(arch::FrameArea* frame) {
    kernel::panic_at_trap("exception inside a trap handler: ", *frame);
}

/// From trap.S, on a stack of its own: a hart that is no CPU of this system. Only the first such
/// hart comes here.
extern "C" [[noreturn]] void neuron_unknown_hart() {
    kernel::panic_with("exception inside a trap handler", core::Where(), nullptr);
}
