// SPDX-License-Identifier: MIT
// Kernel world: this hart. What a library may ask of the CPU it runs on, and nothing more.
#pragma once

#include <source_location>
#include <string_view>

namespace neuron::env {
inline namespace kernel_world {

/// sstatus.SIE (RISC-V Privileged Architecture, section 4.1.1: supervisor interrupt enable).
inline constexpr unsigned long sstatus_sie = 1UL << 1;

/// Masks interrupts on this hart; true if they were on before. Pair with irq_restore.
[[gnu::always_inline]] inline bool irq_save() {
    unsigned long before;
    // SAFETY: one CSR access; the memory clobber keeps guarded accesses inside the masked region.
    asm volatile("csrrc %0, sstatus, %1" : "=r"(before) : "rK"(sstatus_sie) : "memory");
    return (before & sstatus_sie) != 0;
}

/// Restores what irq_save answered.
[[gnu::always_inline]] inline void irq_restore(bool were_on) {
    // SAFETY: as in irq_save.
    if (were_on)
        asm volatile("csrs sstatus, %0" : : "rK"(sstatus_sie) : "memory");
}

/// Whether interrupts are unmasked on this hart.
[[gnu::always_inline]] inline bool irq_enabled() {
    unsigned long now;
    // SAFETY: reads one CSR.
    asm volatile("csrr %0, sstatus" : "=r"(now));
    return (now & sstatus_sie) != 0;
}

/// INV-ENV-3: the per-CPU block of this hart: tp, which belongs to the hart and never to a task.
/// Volatile, since a compiler that keeps an old copy across a migration would touch another CPU's
/// block.
[[gnu::always_inline]] inline void* cpu_block() {
    void* block;
    // SAFETY: reads a register that only hart entry and trap entry write.
    asm volatile("mv %0, tp" : "=r"(block));
    return block;
}

/// Sleeps for a few microseconds at most. Supplied by kernel/; serves Stop while it waits.
void nap();

/// Ends the image with this message. Supplied by kernel/: the panic. Legal in every context.
[[noreturn]] void die(std::string_view message, std::source_location where);

/// How many polls a waiter spends before it naps: a plain spin would starve the hart it waits for
/// wherever harts share a host core.
inline constexpr unsigned polls_before_nap = 64;

/// One step of waiting; `polls` counts the steps of this wait so far.
[[gnu::always_inline]] inline void relax(unsigned polls) {
    if (polls >= polls_before_nap)
        return nap();
    // SAFETY: the Zihintpause `pause` hint, a fence with no effect; a no-op on older harts.
    asm volatile(".4byte 0x0100000f" : : : "memory");
}

} // namespace kernel_world
} // namespace neuron::env
