# SPDX-License-Identifier: MIT
$(eval $(call addlib,arch-riscv64))
ARCH_RISCV64_SRCS-y += src/trap.S src/cause.cpp src/memory.cpp
# memcpy must not be compiled into a call of itself.
ARCH_RISCV64_CXXFLAGS-y += -fno-builtin -fno-tree-loop-distribute-patterns
