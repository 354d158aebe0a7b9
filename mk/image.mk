# SPDX-License-Identifier: MIT
# The image: everything chosen, linked once.
##@ Building
.PHONY: all
all: image ## build the image of the app

.PHONY: image
image: $(O)/apps/$(APP_NAME)/image.elf

objects := $(foreach u,$(UNITS) $(APP_UNIT),$($(u)_OBJS)) $(O)/apps/$(APP_NAME)/name.o
link_script := $(PLATFORM_DIR)/image.ld
LDFLAGS := $(ARCH_FLAGS) -static -no-pie -nostdlib -nostartfiles -Wl,--gc-sections \
	-Wl,--build-id=none,--fatal-warnings

# Every include of every unit, checked when any source changed.
sources := $(shell find $(wildcard $(foreach u,$(UNITS) $(APP_UNIT),$($(u)_DIR))) -name '*.[chS]*')
$(O)/generated/includes-checked: $(sources) $(O)/generated/auto.mk
	$(Q)$(kconfig) check --config $(C) --app '$(A)'
	@touch $@

link = $(Q)$(CXX) $(LDFLAGS) -Wl,-T,$(link_script),-Map=$(@:.dbg=.map) $(filter %.o,$^) -lgcc -o $@
image_dir := $(O)/apps/$(APP_NAME)
$(image_dir)/image.dbg: | $(O)/generated/includes-checked
$(call stamp,$(image_dir)/link,$(CXX) $(LDFLAGS) $(objects))
$(image_dir)/image.dbg $(image_dir)/unnamed.dbg: $(link_script) $(image_dir)/link

$(image_dir)/name.S:
	@mkdir -p $(@D)
	@printf '.section .rodata.name, "a"\n.globl neuron_app_name\nneuron_app_name: .asciz "%s"\n' \
		'$(APP_NAME)' >$@
$(image_dir)/%.o: $(image_dir)/%.S
	$(Q)$(CXX) $(ASFLAGS) -c $< -o $@

# CONFIG_SYMTAB: linked twice. The names come from the first link and lie behind the text, so that
# the second moves no function; the names of the second must be the same again.
ifdef CONFIG_SYMTAB
named := $(image_dir)/symbols.o
$(image_dir)/unnamed.dbg: $(objects)
	@mkdir -p $(@D)
	$(link)
$(image_dir)/symbols.S: $(image_dir)/unnamed.dbg tools/symtab.py
	$(Q)$(PYTHON) tools/symtab.py $(CROSS_COMPILE) $< >$@
endif

$(image_dir)/image.dbg: $(objects) $(named)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link)
	$(if $(named),$(Q)$(PYTHON) tools/symtab.py $(CROSS_COMPILE) $@ | cmp - $(named:.o=.S))

$(image_dir)/image.elf: $(image_dir)/image.dbg
	$(Q)$(OBJCOPY) --strip-all $< $@

.PHONY: size
size: image ## bytes of the image by section
	@$(CROSS_COMPILE)size -A $(O)/apps/$(APP_NAME)/image.elf | awk '$$1 ~ /^\./ { print }'
