// SPDX-License-Identifier: MIT
// Two computations that take turns on a CPU: what the one that waits needs to go on. A switch is a
// call, so it saves what a function must keep: ra, sp, s0 to s11 (RISC-V ELF psABI 1.0, register
// convention), on the stack of the one that goes.
//
// FP registers: sstatus.FS says who has touched any (RISC-V Privileged Architecture,
// section 3.1.6.6). A computation that never has pays for none. One that has since it last came
// (Dirty) leaves fs0 to fs11 and fcsr in its Context when it goes, and finds them when it comes; if
// it has not (Clean), they still are there.
#pragma once

#include <arch/offsets.h>
#include <neuron/core/witness.hpp>

#include <cstddef>
#include <cstdint>

namespace neuron::arch {

/// Who waits. It belongs to whoever runs it; while it runs, nothing in it is of use. Neither copied
/// nor moved.
struct Context {
    std::uint64_t sp = 0;
    std::uint64_t has_fp = 0; ///< 1: it has used FP registers, and they are here
    std::uint64_t fcsr = 0;
    std::uint64_t fs[12]{};

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

static_assert(offsetof(Context, sp) == CONTEXT_SP);
static_assert(offsetof(Context, has_fp) == CONTEXT_HAS_FP);
static_assert(offsetof(Context, fcsr) == CONTEXT_FCSR);
static_assert(offsetof(Context, fs) == CONTEXT_FS);

namespace detail {
extern "C" void neuron_switch(Context& from, Context& to);
extern "C" void neuron_context_entry();
} // namespace detail

/// When somebody switches to `context`, entry(argument) runs on the stack that ends at `stack_top`,
/// a multiple of 16, with interrupts masked, and FP registers of no certain value, rounding to
/// nearest. It does not return.
inline void prepare_context(Context& context, std::uintptr_t stack_top, void (*entry)(void*),
                            void* argument) {
    // SAFETY: the caller's stack has room for one frame, which neuron_switch takes off again.
    auto* const frame = reinterpret_cast<std::uint64_t*>(stack_top - SWITCH_FRAME);
    for (std::size_t n = 0; n < SWITCH_FRAME / sizeof(std::uint64_t); ++n)
        frame[n] = 0; // s0 = 0: the chain of frames ends here
    // SAFETY: addresses, for registers.
    frame[0] = reinterpret_cast<std::uintptr_t>(&detail::neuron_context_entry); // ra
    frame[2] = reinterpret_cast<std::uintptr_t>(entry);                         // s1
    frame[3] = reinterpret_cast<std::uintptr_t>(argument);                      // s2
    context.sp = stack_top - SWITCH_FRAME;
    context.has_fp = 0;
}

/// Goes on with `to`; returns when somebody switches to `from`, perhaps on another CPU: what was
/// read of this one before is then of no use. Not in a handler. INV-ARCH-5: who comes back has what
/// it kept, integer and FP, and interrupts are masked.
inline void switch_context(const core::IrqOff&, Context& from, Context& to) {
    detail::neuron_switch(from, to);
}

} // namespace neuron::arch
