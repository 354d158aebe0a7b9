// SPDX-License-Identifier: MIT
// Trap entry. Contract:
//  - sscratch holds the frame area to save into; 0 means that this hart is in a handler already,
//    and the trap is fatal: it goes to the emergency frame and stack of its CPU.
//  - INV-ARCH-1: nothing is stored through sp before sp is known to be good.
//  - INV-ARCH-2: tp belongs to the hart: it is saved for the report (unless it was lost inside a
//    handler: then what replaced it is) and never restored.
//  - INV-ARCH-3: handlers run with interrupts masked and FS off.
#include <arch/check_tp.h>
#include <arch/offsets.h>
#include <config/stack_shift.h>

    // Saves every integer register but x2 into the frame area at sp.
    .macro save_registers
    sd x1, 8(sp)
    .irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    sd x\n, 8*\n(sp)
    .endr
    .endm

    // Completes the frame at sp and moves to the handler's stack. sscratch holds the interrupted
    // sp; afterwards it is 0, a0 is the frame, and the frame chain ends here.
    .macro enter_handler
    csrrw t0, sscratch, zero
    sd t0, 16(sp)
    csrr t1, sepc
    csrr t2, sstatus
    csrr t3, scause
    csrr t4, stval
    sd t1, FRAME_SEPC(sp)
    sd t2, FRAME_SSTATUS(sp)
    sd t3, FRAME_SCAUSE(sp)
    sd t4, FRAME_STVAL(sp)
    li t0, SSTATUS_FS
    csrc sstatus, t0
    mv a0, sp
    ld sp, FRAME_HANDLER_SP(a0)
    mv s0, zero
    .endm

    .section .text.trap, "ax"
    .balign 4
    .globl neuron_trap_entry
neuron_trap_entry:
    csrrw sp, sscratch, sp
    beqz sp, trap_in_handler
    save_registers
    enter_handler
    call neuron_trap

    // Returns through the frame in a0. No trap can come between here and sret: interrupts are
    // masked and the frame is ordinary memory.
    ld t0, FRAME_SEPC(a0)
    ld t1, FRAME_SSTATUS(a0)
    csrw sepc, t0
    csrw sstatus, t1
    csrw sscratch, a0
    ld x1, 8(a0)
    ld x2, 16(a0)
    ld x3, 24(a0)
    .irp n, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ld x\n, 8*\n(a0)
    .endr
    ld x10, 80(a0)
    sret

    // Here sp is 0 and sscratch holds the interrupted sp. With sp as the only free register:
    // which CPU is this? First by tp, then by the stack that was in use.
trap_in_handler:
    check_tp 1f
    j 3f
1:  // tp is not a block. t0 swaps places with the interrupted sp.
    csrrw t0, sscratch, t0
    la sp, __stacks_start
    bltu t0, sp, 2f
    la sp, __stacks_end
    bgeu t0, sp, 2f
    srli sp, t0, CONFIG_STACK_SHIFT
    addi sp, sp, 1
    slli sp, sp, CONFIG_STACK_SHIFT
    ld tp, -STACK_HEADER(sp)
    csrrw t0, sscratch, t0
    check_tp 2f // the header is memory like any other: believed only if it names a block
3:  addi sp, tp, BLOCK_EMERGENCY_FRAME
    save_registers
    enter_handler
    call neuron_trap_in_handler // does not return

2:  // No CPU of this system: never taken for CPU 0. One such hart reports, the rest stop.
    la t1, unknown_hart_claim
    li t2, 1
    amoswap.w t1, t2, (t1)
    bnez t1, 4f
    csrw sscratch, zero
    la sp, unknown_hart_stack_top
    mv s0, zero
    call neuron_unknown_hart // does not return
4:  wfi
    j 4b

    .section .bss.unknown_hart, "aw", @nobits
    .balign 16
    .space 2048
unknown_hart_stack_top:
unknown_hart_claim:
    .space 4
