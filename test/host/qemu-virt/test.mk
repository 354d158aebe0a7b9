# SPDX-License-Identifier: MIT
# What the board makes of a device tree: nothing of it but src/machine.cpp runs on a host.
qemu-virt_UNIT := PLAT_QEMU_VIRT
qemu-virt_PLAT_QEMU_VIRT_SRCS := src/machine.cpp
qemu-virt_ARCH_RISCV64_SRCS := src/cause.cpp
qemu-virt_INCLUDES := -Itest/host/qemu-virt/include
qemu-virt_LIBS := -lfdt

# QEMU's own trees, by the rules of the tests of lib/fdt.
ifndef FDT_TREES_ALL
include test/host/fdt/test.mk
endif
qemu-virt_TREES := $(HOST_OUT)/trees/qemu-virt/board.dtb
$(qemu-virt_TREES): $(HOST_OUT)/trees/qemu-virt/%.dtb: test/host/qemu-virt/trees/%.dts
	@mkdir -p $(@D)
	$(FDT_DTC) -q -I dts -O dtb -o $@.part $<
	@mv $@.part $@
qemu-virt_DATA := $(FDT_TREES_QEMU) $(qemu-virt_TREES)
