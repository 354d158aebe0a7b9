# SPDX-License-Identifier: MIT
# Libraries, kernel, architecture, platform and app: all are units (tools/units.py), compiled as their
# fragments say (mk/fragments.mk).
# Each unit compiles with the include paths of itself and of what it declares in Kconfig, and of
# what those declare: an undeclared include does not compile.
WORLD ?= kernel
# A unit may have its headers once for each world, or in variants of which its lib.mk names one
# (NAME_VARIANT): same file names, chosen by include path.
unit_include = $(firstword $(wildcard $(1)/$(2)/include $(if $(3),$(1)/$(3)/include)) $(1)/include)
# The values of the configuration are for who composes: a library gets its own as template
# parameters.
unit_values = $(if $(filter lib/%,$($(1)_ROOM)),,-I$(O)/generated/include)
# What lies outside the tree is named as if it stood in it: the same bytes, wherever that is.
unit_map = $(if $(filter /%,$($(1)_BASE)),-ffile-prefix-map=$($(1)_BASE)/=$($(1)_ROOM)/)
unit_includes = $(foreach u,$($(1)_CLOSURE),-I$(call unit_include,$($(u)_BASE),$(WORLD),$($(u)_VARIANT)) \
	$(call unit_map,$(u))) $(call unit_values,$(1))

$(call read_fragments,$(wildcard $(foreach u,$(UNITS),$($(u)_BASE)/lib.mk) $(APP_DIR)/app.mk))

# LLVM=1: clang, with the standard library of the GCC that CROSS_COMPILE= names. Its names are written
# so that binutils 2.40 can read them, and LLVM links: GNU's linker crashes on what clang 19 writes.
ifeq ($(LLVM),1)
CXX := $(CLANG) --target=$(patsubst %-,%,$(notdir $(CROSS_COMPILE))) -fclang-abi-compat=17
linker := -fuse-ld=lld
else
CXX := $(CROSS_COMPILE)g++
endif
OBJCOPY := $(CROSS_COMPILE)objcopy
$(foreach tool,$(firstword $(CXX)) $(OBJCOPY),\
	$(if $(shell command -v $(tool)),,$(error $(tool) is not installed: run make deps)))

# Half of a stack's guard, which is a quarter of the stack: a function that does not touch all of its
# frame, and the leaf that it calls, still can't step over the guard. CONFIG_STACK_SHIFT makes all
# three larger.
largest_frame := $(shell echo $$((1 << $(CONFIG_STACK_SHIFT) - 3)))

ARCH_FLAGS := -march=rv64gc -mabi=lp64d -mcmodel=medany -fno-pic
CXXFLAGS := -std=c++23 $(if $(CONFIG_OPTIMIZE_FOR_SIZE),-Os -msave-restore,-O2) -g$(DEBUG_INFO) $(ARCH_FLAGS) -ffreestanding -fno-exceptions -fno-rtti \
	-fno-threadsafe-statics -fno-asynchronous-unwind-tables $(if $(CONFIG_FRAME_POINTERS),-fno-omit-frame-pointer,-fomit-frame-pointer) \
	-fno-use-cxa-atexit -ffunction-sections -fdata-sections -fstack-usage \
	-Wall -Wextra -Wconversion -Wshadow -Wvla -Walloca -Wframe-larger-than=$(largest_frame) -Werror
ASFLAGS := -g$(DEBUG_INFO) $(ARCH_FLAGS)
# No path of the machine that builds: two builds of one commit are the same bytes.
CXXFLAGS += -ffile-prefix-map=$(abspath .)=. -ffile-prefix-map=$(abspath .)/= -ffile-prefix-map=$(abspath $(O))=build
ASFLAGS += -ffile-prefix-map=$(abspath .)=.

# NAME_AS_ONE-y: the .cpp files of a unit whose headers take longer than its code are compiled as one.
define as_one
$(call stamp,$(2)/together,$(filter %.cpp,$(call sources_of,$(1))))
$(1)_OBJS := $(2)/together.o $(filter-out $(patsubst $($(1)_BASE)/%.cpp,$(2)/%.o,$(filter %.cpp,$(call sources_of,$(1)))),$($(1)_OBJS))
$(2)/together.cpp: $(2)/together
	@printf '#include "%s"\n' $(abspath $(filter %.cpp,$(call sources_of,$(1)))) >$$@
endef

# Rules for one unit: $(1) its key, $(2) the folder of its objects.
define unit_rules
$$(call stamp,$(2)/flags,$$(CXX) $$(CXXFLAGS) $$(ASFLAGS) $$($(1)_CXXFLAGS-y) $$(unit_includes_$(1)))
$(1)_OBJS := $$(patsubst $$($(1)_BASE)/%,$(2)/%.o,$$(basename $$(call sources_of,$(1))))
$$(if $$($(1)_AS_ONE-y),$$(eval $$(call as_one,$(1),$(2))))
$(2)/%.o: $$($(1)_BASE)/%.cpp $(2)/flags
	$$(call say,CXX,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CXX) $$(CXXFLAGS) $$($(1)_CXXFLAGS-y) $$(unit_includes_$(1)) \
		-MMD -MP -c $$< -o $$@
$(2)/together.o: $(2)/together.cpp $(2)/flags
	$$(call say,CXX,$$<)
	$$(Q)$$(CXX) $$(CXXFLAGS) $$($(1)_CXXFLAGS-y) $$(unit_includes_$(1)) \
		-MMD -MP -c $$< -o $$@
$(2)/%.o: $$($(1)_BASE)/%.S $(2)/flags
	$$(call say,AS,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CXX) $$(ASFLAGS) $$(unit_includes_$(1)) -MMD -MP -c $$< -o $$@
-include $$($(1)_OBJS:.o=.d)
endef
# kernel/ is made of all that is chosen, and an app gets what the kernel offers.
everything_chosen := $(sort $(foreach u,$(UNITS),$(call unit_includes,$(u))))
$(foreach u,$(UNITS) $(APP_UNIT),$(eval unit_includes_$(u) := $(call unit_includes,$(u))))
unit_includes_KERNEL += $(everything_chosen)
unit_includes_$(APP_UNIT) += $(everything_chosen)

# Two folders of one name are two apps, or two libraries, each with objects of its own.
objects_for = $(O)/$(1)/objects/$(subst /,-,$(patsubst /%,%,$(2)))
objects_of = $(if $(filter-out $($(1)_BASE),$($(1)_ROOM)),$(call objects_for,$($(1)_ROOM),$($(1)_BASE)),$(O)/$($(1)_BASE))
$(foreach u,$(UNITS),$(eval $(call unit_rules,$(u),$(call objects_of,$(u)))))
$(eval $(call unit_rules,$(APP_UNIT),$(call objects_for,apps/$(APP_NAME),$(APP_DIR))))
