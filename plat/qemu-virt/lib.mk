# SPDX-License-Identifier: MIT
$(eval $(call addlib,plat-qemu-virt))
PLAT_QEMU_VIRT_SRCS-y += src/start.S src/machine.cpp src/devices.cpp src/rtc.cpp
PLAT_QEMU_VIRT_SRCS-$(CONFIG_SMP) += src/secondary.S
