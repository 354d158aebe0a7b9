// SPDX-License-Identifier: MIT
// Numbers that assembly and C++ share, hence macros; trap_state.hpp asserts them.
#pragma once

// In a FrameArea.
#define FRAME_HANDLER_SP 0 // the slot of x0, which needs no saving
#define FRAME_SEPC 256
#define FRAME_SSTATUS 264
#define FRAME_SCAUSE 272
#define FRAME_STVAL 280
#define FRAME_SIZE 288

// In a per-CPU block.
#define BLOCK_CHECK 0
#define BLOCK_HART 16
#define BLOCK_FRAME 64
#define BLOCK_EMERGENCY_FRAME 352
#define BLOCK_MAIN_SP 640

#define BLOCK_ALIGN 64
#define BLOCK_MAGIC 0x5A5

// At the top of every stack: the address of the block of the CPU that owns it.
#define STACK_HEADER 16
#define STACKS_PER_CPU 3

// In a Context, and what a switch leaves on the stack: ra and s0 to s11, a multiple of 16 bytes.
#define CONTEXT_SP 0
#define CONTEXT_HAS_FP 8
#define CONTEXT_FCSR 16
#define CONTEXT_FS 24
#define SWITCH_FRAME 112

// What preemption leaves on the stack: a FrameArea up to sepc, then ft0 to ft11 and fa0 to fa7.
#define PREEMPT_FRAME 272
#define PREEMPT_FP 160

// sstatus (RISC-V Privileged Architecture, section 4.1.1).
#define SSTATUS_SIE 0x2
#define SSTATUS_SPIE 0x20
#define SSTATUS_SPP 0x100
#define SSTATUS_FS 0x6000
#define SSTATUS_FS_INITIAL 0x2000
#define SSTATUS_FS_CLEAN 0x4000
// sie (section 4.1.3): supervisor software and timer interrupts.
#define SIE_SSIE 0x2
#define SIE_STIE 0x20
