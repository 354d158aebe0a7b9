# SPDX-License-Identifier: MIT
##@ Running
run_image = $(PYTHON) tools/run.py --image $(image_dir)/image.elf \
	--debug-image $(image_dir)/image.dbg --addr2line $(CROSS_COMPILE)addr2line \
	--qemu '$(QEMU)' --max-cpus $(CONFIG_MAX_CPUS) --smp '$(SMP)' --mem '$(MEM)' \
	--input '$(INPUT)' --log '$(LOG)' --boot-hart '$(BOOT_HART)' --storm '$(STORM)' \
	--icount '$(ICOUNT)' --seed '$(SEED)' $(if $(filter 1,$(DRYRUN)),--dry-run) \
	--args "$$RUN_ARGS" --qemu-args "$$RUN_QEMU_ARGS"
run_bounded = $(run_image) --timeout '$(TIMEOUT)' --output '$(OUTPUT)'

.PHONY: run justrun debug
run justrun debug: export RUN_ARGS := $(ARGS)
run justrun debug: export RUN_QEMU_ARGS := $(QEMU_ARGS)
justrun: ## boot the image that is there, without building
	@test -f $(image_dir)/image.elf || { echo 'justrun: no image of $(APP_NAME) yet: make image' >&2; exit 1; }
	@$(run_bounded)
run: image ## boot the image in QEMU; its exit status is the app's
	@$(run_bounded)

# A person who debugs is not cut off, unless TIMEOUT= says so. What begins with a dollar sign is gdb's.
debug: export RUN_GDB_ARGS := $(value GDB_ARGS)
debug: image ## start gdb on the image, stopped at _start, each hart a thread; the console goes to OUTPUT=
	@$(run_image) --gdb '$(GDB)' --gdb-args "$$RUN_GDB_ARGS" \
		--timeout '$(if $(filter file,$(origin TIMEOUT)),,$(TIMEOUT))' --output '$(or $(OUTPUT),$(image_dir)/console.txt)'
