# SPDX-License-Identifier: MIT
$(eval $(call addlib,kernel))
KERNEL_SRCS-y += src/boot.cpp src/cxx_runtime.cpp src/exit.cpp src/panic.cpp src/regions.cpp src/stacks.cpp \
	src/system.cpp src/trap.cpp src/wait.cpp
# Each includes all that is chosen: together they compile in a quarter of the time. Apart, the linker
# leaves more out.
KERNEL_AS_ONE-y := $(if $(CONFIG_OPTIMIZE_FOR_SIZE),,y)
