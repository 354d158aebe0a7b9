// SPDX-License-Identifier: MIT
// Fills each register that a function keeps, and the rounding mode, with numbers that follow from a2; goes
// from a0 to a1; back again, answers how many of them are not what follows from a3.
    .text
    .globl turn_with_registers
turn_with_registers:
    addi sp, sp, -224
    sd ra, 0(sp)
    sd a3, 200(sp)
    frcsr t0
    sd t0, 208(sp)
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    sd s\n, 8+8*\n(sp)
    fsd fs\n, 104+8*\n(sp)
    addi s\n, a2, \n
    addi t0, a2, 100+\n
    fmv.d.x fs\n, t0
    .endr
    andi t0, a2, 3
    fsrm t0
    call neuron_switch
    ld t0, 200(sp)
    andi a0, t0, 3
    frrm t1
    sub a0, a0, t1
    snez a0, a0
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    addi t1, t0, \n
    sub t1, t1, s\n
    snez t1, t1
    add a0, a0, t1
    addi t1, t0, 100+\n
    fmv.x.d t2, fs\n
    sub t1, t1, t2
    snez t1, t1
    add a0, a0, t1
    ld s\n, 8+8*\n(sp)
    fld fs\n, 104+8*\n(sp)
    .endr
    ld t0, 208(sp)
    fscsr t0
    ld ra, 0(sp)
    addi sp, sp, 224
    ret
