# SPDX-License-Identifier: MIT
# The configuration, and what make and the compiler read of it.
goals_without_configuration := deps help menuconfig clean distclean test test-% soak soak-table \
	host-tests build-host-tests %_defconfig .FORCE

kconfig := $(PYTHON) tools/kconfig.py
need_python = $(if $(PYTHON),,$(error no Python here can import kconfiglib: run make deps, or name one with PYTHON=))

##@ Configuration
.PHONY: menuconfig
menuconfig: ## choose features and the app in a menu
	$(need_python)
	@$(make_default)
	@APP_KCONFIG=none KCONFIG_CONFIG=$(C) $(PYTHON) -m menuconfig

%_defconfig: .FORCE ## take config/NAME_defconfig as the configuration
	$(need_python)
	@$(kconfig) default $@ --config $(C)
.FORCE:

default_configuration := qemu-virt_defconfig
make_default = test -f $(C) || { \
	echo "config: no $(C) yet: taking $(default_configuration)"; \
	$(kconfig) default $(default_configuration) --config $(C); }

$(C):
	$(need_python)
	@$(make_default)

kconfig_files := Kconfig $(wildcard apps/Kconfig plat/Kconfig */*/Kconfig kernel/Kconfig \
	$(A)/Kconfig) tools/kconfig.py tools/units.py

# The app of the last generation: another A= is another configuration.
$(O)/generated/app: .FORCE
	@mkdir -p $(@D)
	@echo '$(A)' | cmp -s - $@ || echo '$(A)' >$@

$(O)/generated/auto.mk: $(C) $(O)/generated/app $(kconfig_files)
	$(need_python)
	@$(kconfig) generate --config $(C) --app '$(A)' --out $(@D)

##@ Cleaning
.PHONY: clean distclean
clean: ## remove the build folder
	rm -rf -- '$(O)'
distclean: clean ## remove the configuration too
	rm -f -- $(C) $(C).old
