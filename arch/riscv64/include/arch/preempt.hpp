// SPDX-License-Identifier: MIT
// Preemption: what a trap saved moves to the stack of what it interrupted, and the trap returns to
// neuron_preempted there, which gives way as any function does: by a switch of its own.
#pragma once

#include <arch/trap_state.hpp>

namespace neuron::arch {

namespace detail {
extern "C" void neuron_preempted();
} // namespace detail

/// Where sp would be in what `frame` interrupted, if it gave way.
[[nodiscard]] inline std::uintptr_t sp_to_give_way(const FrameArea& frame) {
    return (frame.sp() & ~std::uintptr_t{15}) - PREEMPT_FRAME;
}
/// And what it needs below that.
inline constexpr std::size_t needed_to_give_way = PREEMPT_FP + SWITCH_FRAME + 1024;

/// Makes the trap of `frame`, an interrupt at task level, return to where what it interrupted gives
/// way. The memory from sp_to_give_way on, less needed_to_give_way, is its stack.
inline void give_way_after(FrameArea& frame) {
    const std::uintptr_t sp = sp_to_give_way(frame);
    // SAFETY: memory of the stack that was in use, below all that is used of it.
    auto* const saved = reinterpret_cast<std::uint64_t*>(sp);
    for (std::size_t n = 1; n < 32; ++n)
        saved[n] = frame.registers[n];
    saved[FRAME_SEPC / sizeof(std::uint64_t)] = frame.sepc;
    frame.registers[2] = sp;
    // SAFETY: an address, for sepc.
    frame.sepc = reinterpret_cast<std::uintptr_t>(&detail::neuron_preempted);
    frame.sstatus &= ~std::uint64_t{SSTATUS_SPIE};
}

} // namespace neuron::arch
