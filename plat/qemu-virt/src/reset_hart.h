// SPDX-License-Identifier: MIT
// For assembly: what every hart does first.
#pragma once

#include <arch/offsets.h>

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
