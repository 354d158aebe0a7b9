# SPDX-License-Identifier: MIT
# The configuration, and what make and the compiler read of it.
goals_without_configuration := deps help %config list-defconfigs menu-picture clean clean-% properclean distclean test test-% soak soak-table \
	host-tests build-host-tests model-tests build-model-tests mutants-model .FORCE

kconfig := $(PYTHON) tools/kconfig.py
need_python = $(if $(PYTHON),,$(error no Python here can import kconfiglib: run make deps, or name one with PYTHON=))

##@ Configuration
configurations = $(need_python)$(PYTHON) tools/configurations.py $(if $(filter %_defconfig,$@),defconfig,$@) --config '$(C)'
default_configuration := qemu-virt_defconfig
# Of the tree alone: it then holds with and without A= and L=.
make_default = test -f '$(C)' || { \
	echo "config: no $(C) yet: taking $(default_configuration)"; \
	A= L= $(PYTHON) tools/configurations.py defconfig --config '$(C)' --defconfig config/$(default_configuration); }

.PHONY: menuconfig guiconfig oldconfig olddefconfig defconfig savedefconfig allnoconfig allyesconfig \
	randconfig listnewconfig list-defconfigs
menuconfig: ## choose features and the app in a menu
	@$(make_default)
	@$(configurations)
guiconfig: ## the same in a window (needs Debian's python3-tk)
	@$(make_default)
	@$(configurations)
oldconfig: ## ask for each symbol that the configuration does not mention
	@$(make_default)
	@$(configurations)
olddefconfig: ## resolve the configuration: defaults for what is new, reasons for what is dropped
	@$(configurations)
defconfig: ## take the default configuration, or DEFCONFIG=
	@$(configurations) --defconfig '$(or $(DEFCONFIG),config/$(default_configuration))'
%_defconfig: .FORCE ## take config/NAME_defconfig as the configuration
	@$(configurations) --defconfig config/$@
.FORCE:
savedefconfig: ## write what differs from the defaults to DEFCONFIG= (./defconfig)
	@$(configurations) --defconfig '$(or $(DEFCONFIG),defconfig)'
allnoconfig: ## as little as can be
	@$(configurations)
allyesconfig: ## as much as can be
	@$(configurations)
randconfig: ## each feature, number and the app by chance; SEED=n: the same again
	@$(configurations) --seed '$(SEED)'
listnewconfig: ## symbols that the configuration does not mention, with their defaults
	@$(configurations)
list-defconfigs: ## what NAME_defconfig can be
	@$(configurations)

.PHONY: menu-picture
menu-picture: ## draw the menu in docs/menuconfig.md again
	$(need_python)
	@$(PYTHON) tools/menu_picture.py docs/menuconfig.md

$(C):
	$(need_python)
	@$(make_default)

# The folders of L=; the tools say what is wrong with one.
outside := $(patsubst %/,%,$(subst :, ,$(L)))
kconfig_files := Kconfig $(wildcard apps/Kconfig plat/Kconfig */*/Kconfig kernel/Kconfig \
	$(addsuffix /Kconfig,$(subst :, ,$(A)) $(outside))) $(addprefix tools/,kconfig.py strict.py units.py external.py)

# $(call stamp,FILE,TEXT): the file holds the text; it is touched only when the text changes, so
# that what depends on it is made again exactly then.
stamp = $(if $(call differs,$(strip $(file <$(1))),$(strip $(2))),$(shell mkdir -p $(dir $(1)))$(file >$(1),$(strip $(2))))
# $(call stale,FILE,FILES): whether make is about to make FILE again of FILES, and then reads itself anew.
stale = $(shell find $(2) -newer $(1) 2>&1)
differs = $(if $(subst x$(1),,x$(2))$(subst x$(2),,x$(1)),yes)

# A library that gains selftests, benchmarks or a part in the system changes what is generated.
parts := $(wildcard */selftest/*.hpp apps/*/feature.hpp $(addsuffix /feature.hpp,$(subst :, ,$(A))) \
	$(foreach p,selftest/*.hpp bench/*.hpp include/neuron/*/feature.hpp,$(addsuffix /$p,*/* $(outside))))
# Which configuration, app and libraries the generated files were made from: a folder that comes may
# be older than they are, and one that goes leaves nothing to be newer.
ifneq ($(filter-out $(goals_without_configuration),$(goals)),)
$(call stamp,$(O)/generated/source,$(abspath $(C)) $(A) $(L) $(kconfig_files) $(parts))
endif

generated_from := $(C) $(O)/generated/source $(kconfig_files) $(parts)
$(O)/generated/auto.mk: $(generated_from)
	$(need_python)
	@$(kconfig) generate --config $(C) --out $(@D)

##@ Cleaning
.PHONY: clean properclean distclean
clean: ## remove what images were built from and of
	rm -rf -- $(foreach f,apps arch kernel lib plat generated,'$(O)/$(f)')
clean-%: ## clean-LIB: remove the objects of one library
	@test -d 'lib/$*' -o -d '$(O)/lib/$*' -o '$(filter $*,$(notdir $(outside)))' || { echo 'clean-$*: there is no lib/$*' >&2; exit 1; }
	rm -rf -- '$(O)/lib/$*'
properclean: ## remove the build folder, tests included
	rm -rf -- '$(O)'
distclean: properclean ## remove the configuration too
	rm -f -- $(C) $(C).old
