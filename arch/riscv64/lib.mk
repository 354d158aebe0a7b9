# SPDX-License-Identifier: MIT
$(eval $(call addlib,arch-riscv64))
ARCH_RISCV64_SRCS-y += src/trap.S src/preempt.S src/switch.S src/cause.cpp src/memory.cpp
# memcpy must not be compiled into a call of itself. To clang the first flag says it all.
ARCH_RISCV64_CXXFLAGS-y += -fno-builtin $(if $(filter 1,$(LLVM)),,-fno-tree-loop-distribute-patterns)
