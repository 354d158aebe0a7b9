// SPDX-License-Identifier: MIT
// Entry of the boot hart (whichever the firmware chose) and of each hart started later.
// Both come in S-mode with paging and interrupts off, a0 = hart id (SBI 1.0, section 9.1).
#include <arch/offsets.h>
#include <config/stack_shift.h>

    // INV-PLAT-4: known values for what the hart came with.
    .macro reset_hart
    csrw sie, zero
    csrw satp, zero
    li t0, SSTATUS_FS_INITIAL
    csrw sstatus, t0
    fscsr zero
    sfence.vma
    fence.i
    mv s0, zero
    .endm

    .section .text.start, "ax"
    .globl _start
_start:
    // Until CPU 0's block is set up, a trap can only end the machine: status 134 to the
    // board's finisher.
    la t0, boot_trap
    csrw stvec, t0
    reset_hart
    mv tp, zero

    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sd zero, 0(t0)
    addi t0, t0, 8
    j 1b
2:  la sp, __stacks_start + (1 << CONFIG_STACK_SHIFT) - STACK_HEADER
    call neuron_boot // a0: hart id, a1: device tree; does not return

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
    mv a2, a1
    la a1, _start
    li a6, 0
    li a7, 0x48534d
    fence iorw, iorw
    ecall
    beqz a0, 1f
    ret
1:  csrw sie, zero
    li a6, 1
    li a7, 0x48534d
    ecall
2:  wfi // it could not stop: it stays out of the way
    j 2b

    // A section of its own: an image that starts no other hart does not keep it.
    .section .text.secondary_start, "ax"
    .balign 4
    .globl neuron_secondary_start
neuron_secondary_start: // a0: hart id, a1: this CPU's block, set up by the boot CPU
    fence iorw, iorw
    la t0, neuron_trap_entry
    csrw stvec, t0
    mv tp, a1
    ld sp, BLOCK_MAIN_SP(tp)
    addi t0, tp, BLOCK_FRAME
    csrw sscratch, t0
    reset_hart
    call neuron_secondary // does not return
