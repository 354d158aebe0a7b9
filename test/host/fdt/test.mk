# SPDX-License-Identifier: MIT
# The device trees that the tests of lib/fdt read. Needs HOST_OUT, the folder for what is built.
# Defines FDT_TREES_ALL, every tree; the tests find them by FDT_TREES=$(HOST_OUT)/trees.

FDT_DTC ?= dtc
FDT_QEMU ?= qemu-system-riscv64

FDT_TEST_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
FDT_SOURCES := $(wildcard $(FDT_TEST_DIR)/trees/*.dts)
FDT_TREES_WRITTEN := $(FDT_SOURCES:$(FDT_TEST_DIR)/trees/%.dts=$(HOST_OUT)/trees/%.dtb)
FDT_TREES_QEMU := $(foreach FDT_aclint,on off,$(foreach FDT_harts,1 2 3 4 8 16 64,\
	$(HOST_OUT)/trees/virt-$(FDT_aclint)-$(FDT_harts).dtb))
FDT_TREES_ALL := $(FDT_TREES_WRITTEN) $(FDT_TREES_QEMU)

# Into place by a rename, so that an interrupted run leaves no half of a tree.
$(FDT_TREES_WRITTEN): $(HOST_OUT)/trees/%.dtb: $(FDT_TEST_DIR)/trees/%.dts
	@mkdir -p $(@D)
	$(FDT_DTC) -q -I dts -O dtb -o $@.part $<
	@mv $@.part $@

# virt-<aclint>-<harts>.dtb
$(FDT_TREES_QEMU): $(HOST_OUT)/trees/virt-%.dtb:
	@mkdir -p $(@D)
	timeout 60 $(FDT_QEMU) -M virt,aclint=$(word 1,$(subst -, ,$*)),dumpdtb=$@.part \
		-smp $(word 2,$(subst -, ,$*)) -m 256M -display none
	@mv $@.part $@

fdt_LIBS := -lfdt
fdt_DATA := $(FDT_TREES_ALL)
