// SPDX-License-Identifier: MIT
// Entry of every hart but the boot hart: S-mode, paging and interrupts off, a0 = hart id (SBI 1.0,
// section 9.1). What else the firmware hands over is not relied on: see boot_claim in start.S.
#include "reset_hart.h"

#include <arch/check_tp.h>
#include <arch/offsets.h>
#include <config/stack_shift.h>

    .section .text.secondary_start, "ax"
    .balign 4
    .globl neuron_secondary_start
neuron_secondary_start:
    fence iorw, iorw // after it, what the boot CPU wrote before it asked for this hart
    // The block with this hart's id, by way of the headers of the main stacks.
    la t0, __stacks_start
    la t1, __stacks_end
    li t2, 1 << CONFIG_STACK_SHIFT
1:  bgeu t0, t1, 3f
    add t3, t0, t2
    ld tp, -STACK_HEADER(t3)
    check_tp 2f
    ld t4, BLOCK_HART(tp)
    beq t4, a0, 4f
2:  .rept STACKS_PER_CPU
    add t0, t0, t2
    .endr
    j 1b
3:  wfi // no CPU of this system
    j 3b

4:  la t0, neuron_trap_entry
    csrw stvec, t0
    ld sp, BLOCK_MAIN_SP(tp)
    addi t0, tp, BLOCK_FRAME
    csrw sscratch, t0
    reset_hart
    call neuron_secondary // does not return
