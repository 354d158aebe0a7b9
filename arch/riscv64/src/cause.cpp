// SPDX-License-Identifier: MIT
#include <arch/trap_state.hpp>

namespace neuron::arch {

const char* cause_name(const FrameArea& frame) {
    if (frame.is_interrupt())
        return "unexpected interrupt";
    switch (frame.code()) {
    case 0:
        return "instruction address misaligned";
    case 1:
        return "instruction access fault";
    case 2:
        return "illegal instruction";
    case 3:
        return "breakpoint";
    case 4:
        return "load address misaligned";
    case 5:
        return "load access fault";
    case 6:
        return "store address misaligned";
    case 7:
        return "store access fault";
    case 8:
    case 9:
        return "environment call";
    case 12:
        return "instruction page fault";
    case 13:
        return "load page fault";
    case 15:
        return "store page fault";
    default:
        return "unknown cause";
    }
}

} // namespace neuron::arch
