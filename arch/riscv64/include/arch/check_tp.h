// SPDX-License-Identifier: MIT
// For assembly: the check that percpu::validate makes in C++.
#pragma once

#include <arch/offsets.h>

    // Is tp the block of a CPU? sp is the only register that it needs.
    .macro check_tp otherwise
    la sp, __percpu_start
    bltu tp, sp, \otherwise
    la sp, __percpu_end
    bgeu tp, sp, \otherwise
    andi sp, tp, BLOCK_ALIGN - 1
    bnez sp, \otherwise
    ld sp, BLOCK_CHECK(tp)
    sub sp, sp, tp
    addi sp, sp, -BLOCK_MAGIC
    bnez sp, \otherwise
    .endm
