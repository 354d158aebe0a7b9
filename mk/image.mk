# SPDX-License-Identifier: MIT
# The image: everything chosen, linked once.
##@ Building
.PHONY: all
all: image ## build the image of the app

.PHONY: image
image: $(O)/generated/includes-checked $(O)/apps/$(APP_NAME)/image.elf

objects := $(foreach u,$(UNITS) $(APP_UNIT),$($(u)_OBJS)) $(O)/apps/$(APP_NAME)/name.o
link_script := $(PLATFORM_DIR)/image.ld
LDFLAGS := $(ARCH_FLAGS) $(linker) -static -nostdlib -nostartfiles -Wl,--gc-sections \
	-Wl,--build-id=none,--fatal-warnings,--defsym=__max_cpus=$(CONFIG_MAX_CPUS)

# Every include of every unit, checked when any source changed, before what would take longer.
sources := $(shell find $(wildcard $(foreach u,$(UNITS) $(APP_UNIT),$($(u)_BASE))) -name '*.[chS]*')
$(foreach u,$(UNITS) $(APP_UNIT),$(foreach s,$(filter-out $(filter %.cpp %.S,$(sources)),$(call sources_of,$(u))), \
	$(error $(u)_SRCS-y names $(s), which is not there, or neither a .cpp nor a .S file)))
$(O)/generated/includes-checked: $(sources) $(O)/generated/auto.mk
	$(Q)$(kconfig) check --config $(C)
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
$(image_dir)/%.o: $(image_dir)/%.S $(image_dir)/link
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
	@awk -v limit=$(largest_frame) -f tools/frames.awk $(wildcard $(objects:.o=.su))
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(link)
	$(if $(named),$(Q)$(PYTHON) tools/symtab.py $(CROSS_COMPILE) $@ | cmp - $(named:.o=.S))

$(image_dir)/image.elf: $(image_dir)/image.dbg
	$(Q)$(OBJCOPY) --strip-all $< $@

.PHONY: size
size: image ## bytes of the image by library; BASE=: how many more than in another build
	@$(PYTHON) tools/size.py $(image_dir)/image.dbg --prefix $(CROSS_COMPILE) --base '$(BASE)'
.PHONY: disasm sym
disasm: $(image_dir)/image.lst ## write image.lst: the image's instructions, with their source
$(image_dir)/image.lst: $(image_dir)/image.dbg
	$(call say,LST,$@)
	$(Q)$(CROSS_COMPILE)objdump -dSC $< >$@
sym: $(image_dir)/image.sym ## write image.sym: the image's symbols by address
$(image_dir)/image.sym: $(image_dir)/image.dbg
	$(Q)$(CROSS_COMPILE)nm -nC $< >$@

##@ Looking into it
.PHONY: print-libs print-srcs print-objs print-link print-vars why compile_commands.json
print-libs: ## the units in the image, lowest first
	@printf '%s\n' $(foreach u,$(UNITS) $(APP_UNIT),$($(u)_BASE))
print-srcs: ## their sources
	@printf '%s\n' $(foreach u,$(UNITS) $(APP_UNIT),$(call sources_of,$(u)))
print-objs: ## their objects
	@printf '%s\n' $(objects)
print-link: ## the command that links them, without `-o FILE`
	@echo '$(CXX) $(LDFLAGS) -Wl,-T,$(link_script) $(objects) $(named) -lgcc'
print-vars: ## what the configuration says, as make sees it
	@printf '%s\n' $(sort $(foreach v,$(filter CONFIG_%,$(.VARIABLES)),'$(v)=$($(v))'))
why: ## LIB=x: why that library is in the image, up to what was chosen
	@$(PYTHON) tools/why.py '$(LIB)' --config $(C)
# Sources in assembly are not what a C++ language server reads.
compile_entry = {"directory": "$(CURDIR)", "file": "$(2)", "command": "$(CXX) $(CXXFLAGS) $($(1)_CXXFLAGS-y) $(unit_includes_$(1)) -c $(2)"}
compile_commands.json: $(O)/generated/auto.mk ## how each source is compiled, for editors
	@printf '%s\n' $(foreach u,$(UNITS) $(APP_UNIT),$(foreach s,$(filter %.cpp,$(call sources_of,$(u))),'$(call compile_entry,$(u),$(s))')) \
		| sed '1s/^/[/; $$!s/$$/,/; $$s/$$/]/' >$@
