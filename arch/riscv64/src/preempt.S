// SPDX-License-Identifier: MIT
// Where a trap returns to instead, when what it interrupted is to give way first (preempt.hpp): on
// that computation's own stack, interrupts masked, sp at what the trap saved. INV-ARCH-6: it goes on
// with every register as it was, integer and FP, perhaps on another CPU: tp is the hart's.
#include <arch/offsets.h>

    .macro each_scratch_fp do
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \do ft\n, 8*\n(sp)
    .endr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7
    \do fa\n, 96+8*\n(sp)
    .endr
    .endm

    .section .text.neuron_preempted, "ax"
    .balign 4
    .globl neuron_preempted
neuron_preempted:
    mv s1, sp
    // The FP registers that a function need not keep; the switch keeps the others, and fcsr.
    csrr s2, sstatus
    li t0, SSTATUS_FS_CLEAN // Clean or Dirty: there is something in them
    and s2, s2, t0
    beqz s2, 1f
    addi sp, sp, -PREEMPT_FP
    each_scratch_fp fsd
1:  call neuron_give_way
    beqz s2, 2f
    each_scratch_fp fld
2:  mv sp, s1
    ld t0, FRAME_SEPC(sp)
    csrw sepc, t0
    li t0, SSTATUS_SPP | SSTATUS_SPIE // FS stays what the switch made it
    csrs sstatus, t0
    ld x1, 8(sp)
    ld x3, 24(sp)
    .irp n, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ld x\n, 8*\n(sp)
    .endr
    ld sp, 16(sp)
    sret
