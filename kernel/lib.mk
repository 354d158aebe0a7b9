# SPDX-License-Identifier: MIT
$(eval $(call addlib,kernel))
KERNEL_SRCS-y += src/boot.cpp src/cxx_runtime.cpp src/exit.cpp src/panic.cpp src/regions.cpp src/stacks.cpp \
	src/system.cpp src/trap.cpp src/wait.cpp
