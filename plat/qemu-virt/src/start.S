// SPDX-License-Identifier: MIT
// Entry of the boot hart (whichever the firmware chose) and of each hart started later.
// Both come in S-mode with paging and interrupts off, a0 = hart id (SBI 1.0, section 9.1).
#include "reset_hart.h"

#include <arch/offsets.h>
#include <config/stack_shift.h>

    .section .text.start, "ax"
    .globl _start
_start:
    // INV-PLAT-5: only one hart boots. OpenSBI 1.1 marks a hart as started before it has noted where (HSM
    // hart_start), so one that looks in between comes here once more, where the firmware sent
    // the first: it goes on where it was meant to.
    la t0, boot_claim
    li t1, 1
    amoswap.w.aqrl t1, t1, (t0)
    beqz t1, 1f
    la t0, secondary_entry
    ld t0, 0(t0)
    beqz t0, park
    jr t0
1:
    // Until CPU 0's block is set up, a trap can only end the machine: status 134 to the
    // board's finisher.
    la t0, boot_trap
    csrw stvec, t0
    reset_hart
    mv tp, zero

    // The blocks of other CPUs are left to whoever counts the CPUs.
    mv s0, a0
    mv s1, a1
    la a0, __bss_start
    la a1, __bss_end
    call neuron_zero
    mv a0, s0
    mv a1, s1
    la sp, __stacks_start + (1 << CONFIG_STACK_SHIFT) - STACK_HEADER
    call neuron_boot // a0: hart id, a1: device tree; does not return

    .globl neuron_zero
neuron_zero: // memory from a0 to a1, both multiples of 64
1:  bgeu a0, a1, 2f
    .irp n, 0, 8, 16, 24, 32, 40, 48, 56
    sd zero, \n(a0)
    .endr
    addi a0, a0, 64
    j 1b
2:  ret

    .balign 4
park: // an image of one CPU has no place for it
    wfi
    j park

    .balign 4
boot_trap:
    li t0, 0x100000
    li t1, (134 << 16) | 0x3333
    sw t1, 0(t0)
3:  wfi
    j 3b

    // Goes on with another hart as the boot hart: a0 = its id, a1 = device tree. That hart uses
    // CPU 0's stack at once, so from the first call on this one touches no memory. Returns SBI's
    // error if the hart can't be started. SBI 1.0, sections 9.1 and 9.2.
    .section .text.hand_over, "ax"
    .globl neuron_hand_over_boot
neuron_hand_over_boot:
    la t0, boot_claim
    sw zero, 0(t0) // the other hart's
    mv a2, a1
    la a1, _start
    li a6, 0
    li a7, 0x48534d
    fence iorw, iorw
    ecall
    beqz a0, 1f
    li t1, 1
    la t0, boot_claim
    sw t1, 0(t0)
    ret
1:  csrw sie, zero
    li a6, 1
    li a7, 0x48534d
    ecall
2:  wfi // it could not stop: it stays out of the way
    j 2b

    .section .data.boot, "aw"
    .balign 8
boot_claim: // not among the zeroed data: the hart that zeroes them has claimed the boot
    .dword 0

    .section .rodata.boot, "a"
    .balign 8
    .weak neuron_secondary_start
secondary_entry: // 0 in an image that starts no other hart
    .dword neuron_secondary_start
