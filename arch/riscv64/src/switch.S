// SPDX-License-Identifier: MIT
// Leaves a0, a Context, and goes on with a1. INV-ARCH-5. What it costs without FP registers is its length.
#include <arch/offsets.h>

    .macro each_saved do
    \do ra, 0(sp)
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \do s\n, 8+8*\n(sp)
    .endr
    .endm
    .macro each_fp do, context
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    \do fs\n, CONTEXT_FS+8*\n(\context)
    .endr
    .endm

    .section .text.neuron_switch, "ax"
    .globl neuron_switch
neuron_switch:
    addi sp, sp, -SWITCH_FRAME
    each_saved sd
    sd sp, CONTEXT_SP(a0)
    csrr t0, sstatus
    ld t1, CONTEXT_HAS_FP(a1)
    srli t0, t0, 13
    andi t0, t0, 3
    addi t0, t0, -1 // FS: 0 Initial, 1 Clean, 2 Dirty
    or t2, t0, t1
    bnez t2, 2f
1:  ld sp, CONTEXT_SP(a1)
    each_saved ld
    addi sp, sp, SWITCH_FRAME
    ret

2:  // One of the two uses FP registers.
    addi t0, t0, -2
    bnez t0, 3f
    each_fp fsd, a0
    frcsr t0
    sd t0, CONTEXT_FCSR(a0)
    li t0, 1
    sd t0, CONTEXT_HAS_FP(a0)
3:  li t0, SSTATUS_FS
    beqz t1, 4f
    each_fp fld, a1
    ld t1, CONTEXT_FCSR(a1)
    fscsr t1
    csrc sstatus, t0
    li t0, SSTATUS_FS_CLEAN
    csrs sstatus, t0
    j 1b
4:  fscsr zero // the other's rounding mode and flags are not for one that starts
    csrc sstatus, t0
    li t0, SSTATUS_FS_INITIAL
    csrs sstatus, t0
    j 1b

    // Where a new context begins: s1(s2).
    .globl neuron_context_entry
neuron_context_entry:
    mv a0, s2
    jalr s1
    unimp // it has returned
