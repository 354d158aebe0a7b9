// SPDX-License-Identifier: MIT
// Where a trap saves what it interrupts. Written by trap.S on the CPU that owns it; the handler
// reads and may change it before it returns.
#pragma once

#include <arch/offsets.h>

#include <cstddef>
#include <cstdint>

namespace neuron::arch {

/// Everything that an interrupted computation had in integer registers. FP registers stay where
/// they are: handlers run with FS off. tp is saved for the report and never restored.
struct FrameArea {
    /// registers[n] is xn; slot 0 holds the stack that the handler is to run on.
    std::uint64_t registers[32];
    std::uint64_t sepc;
    std::uint64_t sstatus;
    std::uint64_t scause;
    std::uint64_t stval;

    [[nodiscard]] std::uint64_t ra() const { return registers[1]; }
    [[nodiscard]] std::uint64_t sp() const { return registers[2]; }
    [[nodiscard]] std::uint64_t tp() const { return registers[4]; }
    [[nodiscard]] std::uint64_t fp() const { return registers[8]; }
    [[nodiscard]] bool is_interrupt() const { return (scause >> 63) != 0; }
    /// An access that did not come through: stval is its address (table 4.2).
    [[nodiscard]] bool is_memory_fault() const {
        constexpr std::uint64_t faults = 1 << 1 | 1 << 5 | 1 << 7 | 1 << 12 | 1 << 13 | 1 << 15;
        return !is_interrupt() && code() < 16 && (faults >> code() & 1) != 0;
    }
    /// One that was no jump.
    [[nodiscard]] bool is_data_fault() const {
        return is_memory_fault() && code() != 1 && code() != 12;
    }
    [[nodiscard]] std::uint64_t code() const { return scause & ~(std::uint64_t{1} << 63); }
};

/// The part of a per-CPU block that trap.S knows.
struct alignas(64) TrapState {
    FrameArea frame;
    FrameArea emergency; ///< for a trap inside a handler
    std::uint64_t main_sp;
};

static_assert(offsetof(FrameArea, sepc) == FRAME_SEPC);
static_assert(offsetof(FrameArea, sstatus) == FRAME_SSTATUS);
static_assert(offsetof(FrameArea, scause) == FRAME_SCAUSE);
static_assert(offsetof(FrameArea, stval) == FRAME_STVAL);
static_assert(sizeof(FrameArea) == FRAME_SIZE);
static_assert(PREEMPT_FRAME >= FRAME_SEPC + 8 && PREEMPT_FRAME % 16 == 0);
static_assert(BLOCK_FRAME + offsetof(TrapState, emergency) == BLOCK_EMERGENCY_FRAME);
static_assert(BLOCK_FRAME + offsetof(TrapState, main_sp) == BLOCK_MAIN_SP);

/// scause codes (RISC-V Privileged Architecture, table 4.2).
inline constexpr std::uint64_t irq_software = 1;
inline constexpr std::uint64_t irq_timer = 5;

/// The cause in words; "unknown cause" for codes that the specification reserves.
[[nodiscard]] const char* cause_name(const FrameArea& frame);

} // namespace neuron::arch
