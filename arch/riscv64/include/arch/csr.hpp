// SPDX-License-Identifier: MIT
// Supervisor CSRs and instructions that only privileged code uses
// (RISC-V Privileged Architecture, chapter 4).
#pragma once

#include <arch/offsets.h>

#include <cstdint>

namespace neuron::arch {

/// The time CSR, in ticks of the timebase.
[[nodiscard]] inline std::uint64_t read_time() {
    std::uint64_t ticks;
    // SAFETY: reads one CSR.
    asm volatile("rdtime %0" : "=r"(ticks));
    return ticks;
}

/// Instructions that this hart has retired (RISC-V Unprivileged ISA, chapter 10). The firmware must
/// allow it; in QEMU it is exact with -icount alone.
[[nodiscard]] inline std::uint64_t read_instret() {
    std::uint64_t count;
    // SAFETY: reads one CSR.
    asm volatile("rdinstret %0" : "=r"(count));
    return count;
}

/// stimecmp by its number, 0x14d (Sstc extension): binutils here may not know the name.
inline void write_stimecmp(std::uint64_t ticks) {
    // SAFETY: sets when the timer interrupt of this hart becomes pending.
    asm volatile("csrw 0x14d, %0" : : "r"(ticks));
}

/// Acknowledges this hart's software interrupt. What its senders wrote before they rang may be
/// read after this: the fence keeps reads from moving up.
inline void clear_software_interrupt() {
    // SAFETY: clears sip.SSIP; the clobber and the fence keep the order described above.
    asm volatile("csrc sip, %0\n\tfence iorw, iorw" : : "rK"(SIE_SSIE) : "memory");
}

/// Makes this hart's own software interrupt pending.
inline void raise_software_interrupt() {
    // SAFETY: sets sip.SSIP, which S-mode may write (section 4.1.3).
    asm volatile("csrs sip, %0" : : "rK"(SIE_SSIE) : "memory");
}

/// INV-ARCH-4: makes earlier memory writes visible before a doorbell store or a firmware call:
/// fences of atomics order no device access.
inline void fence_before_doorbell() {
    // SAFETY: a fence.
    asm volatile("fence w, o" : : : "memory");
}

/// Sleeps until an enabled interrupt is pending, masked or not. May return early.
inline void wait_for_interrupt() {
    // SAFETY: a hint; callers check again.
    asm volatile("wfi" : : : "memory");
}

/// Turns Sv39 on with the table at `root` (section 4.1.11), without an ASID: 0. What was translated
/// before is forgotten.
inline void write_satp(std::uintptr_t root) {
    const std::uint64_t satp = std::uint64_t{8} << 60 | root >> 12;
    // SAFETY: the map that begins there has all that this code touches, at its own address.
    asm volatile("sfence.vma\n\tcsrw satp, %0\n\tsfence.vma" : : "r"(satp) : "memory");
}

/// The table that satp names; 0 while paging is off.
[[nodiscard]] inline std::uintptr_t read_satp_root() {
    std::uint64_t satp;
    // SAFETY: reads one CSR.
    asm volatile("csrr %0, satp" : "=r"(satp));
    return satp << 20 >> 8; // a page number of 44 bits
}

/// Points tp at the per-CPU block of this hart.
inline void write_tp(void* block) {
    // SAFETY: only hart entry and trap entry may; both pass the block of this very hart.
    asm volatile("mv tp, %0" : : "r"(block) : "memory");
}

/// From now on this hart's traps go to `entry` and are saved in `frame` (sections 4.1.2, 4.1.6).
inline void set_trap_entry(void (*entry)(), void* frame) {
    // SAFETY: entry is 4-byte aligned, so direct mode; frame belongs to this hart's block.
    asm volatile("csrw sscratch, %1\n\tcsrw stvec, %0" : : "r"(entry), "r"(frame) : "memory");
}

/// Software and timer interrupts of this hart will be taken, once they are unmasked; a pending one
/// ends a wfi even before.
inline void select_interrupts() {
    // SAFETY: one CSR access.
    asm volatile("csrw sie, %0" : : "r"(SIE_SSIE | SIE_STIE) : "memory");
}

/// Software interrupts of this hart don't end a wfi; true if they did before.
[[nodiscard]] inline bool deselect_software_interrupt() {
    std::uint64_t before;
    // SAFETY: one CSR access.
    asm volatile("csrrc %0, sie, %1" : "=r"(before) : "rK"(SIE_SSIE) : "memory");
    return (before & SIE_SSIE) != 0;
}
inline void reselect_software_interrupt() {
    // SAFETY: one CSR access.
    asm volatile("csrs sie, %0" : : "rK"(SIE_SSIE) : "memory");
}

/// No interrupt of this hart, masked or pending, has any effect from now on.
inline void disable_interrupts() {
    // SAFETY: one CSR access.
    asm volatile("csrw sie, zero" : : : "memory");
}

[[noreturn]] inline void halt() {
    for (;;)
        wait_for_interrupt();
}

} // namespace neuron::arch
