// SPDX-License-Identifier: MIT
// Fills every register but sp, tp, t0 and those it needs with numbers that follow from a0, and the rounding
// mode, and runs on until the time in a1; then answers how many of them are not what follows from a2. a3: FP
// registers, too.
    .macro each_integer do
    .irp n, 1, 3, 6, 7, 8, 9, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \do \n
    .endr
    .endm
    .macro each_fp do
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    \do \n
    .endr
    .endm
    .macro keep n
    sd x\n, 16+8*\n(sp)
    .endm
    .macro give_back n
    ld x\n, 16+8*\n(sp)
    .endm
    .macro keep_fp n
    fsd f\n, 272+8*\n(sp)
    .endm
    .macro give_back_fp n
    fld f\n, 272+8*\n(sp)
    .endm
    .macro fill n
    addi x\n, a0, \n
    .endm
    .macro fill_fp n
    addi t0, a0, 100+\n
    fmv.d.x f\n, t0
    .endm
    .macro look n
    addi t0, a0, \n
    sub t0, t0, x\n
    snez t0, t0
    add a1, a1, t0
    .endm
    .macro look_fp n
    addi t0, a0, 100+\n
    fmv.x.d t1, f\n
    sub t0, t0, t1
    snez t0, t0
    add a1, a1, t0
    .endm

    .text
    .globl run_with_registers
run_with_registers:
    addi sp, sp, -544
    sd a2, 0(sp)
    sd a3, 8(sp)
    each_integer keep
    beqz a3, 1f
    each_fp keep_fp
    each_fp fill_fp
    andi t0, a0, 3
    fsrm t0
1:  each_integer fill
2:  rdtime t0
    bltu t0, a1, 2b
    ld a0, 0(sp)
    mv a1, zero
    each_integer look
    ld t0, 8(sp)
    beqz t0, 3f
    each_fp look_fp
    andi t0, a0, 3
    frrm t1
    sub t0, t0, t1
    snez t0, t0
    add a1, a1, t0
    fsrm zero
    each_fp give_back_fp
3:  each_integer give_back
    mv a0, a1
    addi sp, sp, 544
    ret
