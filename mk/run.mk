# SPDX-License-Identifier: MIT
##@ Running
run_image = $(PYTHON) tools/run.py --image $(O)/apps/$(APP_NAME)/image.elf \
	--debug-image $(O)/apps/$(APP_NAME)/image.dbg --addr2line $(CROSS_COMPILE)addr2line \
	--qemu '$(QEMU)' --max-cpus $(CONFIG_MAX_CPUS) --smp '$(SMP)' --mem '$(MEM)' \
	--timeout '$(TIMEOUT)' --input '$(INPUT)' --log '$(LOG)' --boot-hart '$(BOOT_HART)' --storm '$(STORM)' \
	--icount '$(ICOUNT)' --seed '$(SEED)' --output '$(OUTPUT)' $(if $(filter 1,$(DRYRUN)),--dry-run) \
	--args "$$RUN_ARGS" --qemu-args "$$RUN_QEMU_ARGS"

.PHONY: run justrun
justrun: export RUN_ARGS := $(ARGS)
justrun: export RUN_QEMU_ARGS := $(QEMU_ARGS)
justrun: ## boot the image that is there, without building
	@test -f $(O)/apps/$(APP_NAME)/image.elf || { echo 'justrun: no image of $(APP_NAME) yet: make image' >&2; exit 1; }
	@$(run_image)
run: export RUN_ARGS := $(ARGS)
run: export RUN_QEMU_ARGS := $(QEMU_ARGS)
run: image ## boot the image in QEMU; its exit status is the app's
	@$(run_image)
