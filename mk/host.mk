# SPDX-License-Identifier: MIT
# Host tests: each folder test/host/NAME becomes one doctest program for each variant, from its own
# sources and those of the unit that it tests (with the units below it), built in the host world.
# Its test.mk may say:  NAME_UNIT   Kconfig symbol of the unit (default: NAME in capitals)
#                       NAME_LIBS   what to link      NAME_DATA   files that must be there
#                       NAME_INCLUDES   include paths of the test's own
#                       NAME_VARIANTS   which of the variants below (default: sanitized, and one that
#                       is optimized: tsan if a file of the test names <thread> or run_threads, else plain)
HOST_OUT := $(O)/host
HOST_CXX ?= g++
# No path of the machine that builds, as in images.
HOST_PATHS := -ffile-prefix-map=$(abspath .)=. -ffile-prefix-map=$(abspath $(O))=build
# Functions and lines, which sanitizers and traces show: variables cost up to half as much time again.
HOST_CXXFLAGS := -std=c++23 -g1 $(HOST_PATHS) -Wall -Wextra -Wconversion -Wshadow -Werror
plain_flags := -O1
# Not optimized: nothing is folded away before it is checked, and it compiles in a third of the time.
sanitized_flags := -O0 -fsanitize=address,undefined -fno-sanitize-recover=all
# What tests include most, read once. Where GCC 12 optimizes, it warns of standard headers read that way.
sanitized_common := $(HOST_OUT)/sanitized/common.hpp
# TSan can't see what a fence orders, which -Wtsan says at each fence.
tsan_flags := -O1 -fsanitize=thread -Wno-tsan

host_names := $(sort $(foreach f,$(wildcard test/host/*/*.cpp),$(notdir $(patsubst %/,%,$(dir $(f))))))
-include $(wildcard $(foreach n,$(host_names),test/host/$(n)/test.mk))
variants_of = $(or $($(1)_VARIANTS),sanitized $(if $(call starts_threads,$(1)),tsan,plain))
starts_threads = $(shell grep -lE '<thread>|run_threads' test/host/$(1)/*.[ch]pp)

# Every program there is, for test_host.py; LIB=x builds those of x.
$(call stamp,$(HOST_OUT)/programs,$(foreach n,$(host_names),$(addsuffix /$(n)/run,$(call variants_of,$(n)))))
ifneq ($(LIB),)
ifneq ($(filter host-tests,$(goals)),)
ifeq ($(filter $(LIB),$(host_names)),)
$(error LIB=$(LIB): no host tests of that name (there are: $(host_names)))
endif
endif
host_names := $(filter $(LIB),$(host_names))
endif

# As in config.mk: a folder may come that is older, and one may go.
$(call stamp,$(HOST_OUT)/rooms,$(kconfig_files))
$(HOST_OUT)/units.mk: $(HOST_OUT)/rooms $(kconfig_files)
	$(need_python)
	@$(kconfig) units --out $(@D)
include $(HOST_OUT)/units.mk
read_anew := $(call stale,$(HOST_OUT)/units.mk,$(HOST_OUT)/rooms $(kconfig_files))
$(if $(read_anew),,$(call read_fragments,$(wildcard $(foreach u,$(EVERY_UNIT),$($(u)_BASE)/lib.mk))))

world_include = $(firstword $(wildcard $(1)/host/include $(1)/checked/include) $(1)/include)
unit_of = $(or $($(1)_UNIT),$(call upper,$(1)))
closure_of = $($(call unit_of,$(1))_CLOSURE)
host_sources = $(wildcard test/host/$(1)/*.cpp) $(foreach u,$(closure_of),\
	$(or $(addprefix $($(u)_BASE)/,$($(1)_$(u)_SRCS)),$(filter %.cpp,$(call sources_of,$(u)))))
closure_flags = $(foreach u,$(closure_of),-I$(call world_include,$($(u)_BASE)))

# $(1) name, $(2) variant
define host_rules
$(1)_$(2)_out := $(HOST_OUT)/$(2)/$(1)
$(1)_$(2)_objects := $(patsubst %.cpp,$(HOST_OUT)/$(2)/$(1)/%.o,$(call host_sources,$(1)))
$(HOST_OUT)/$(2)/$(1)/%.o: %.cpp
	$$(call say,HOSTCXX,$$< ($(2)))
	@mkdir -p $$(@D)
	$$(Q)$$(HOST_CXX) $$(HOST_CXXFLAGS) $$($(2)_flags) $$(call closure_flags,$(1)) $$($(1)_INCLUDES) \
		$$(if $$(filter test/%,$$<),$$(addprefix -include ,$($(2)_common))) -MMD -MP -c $$< -o $$@
$$(filter $(HOST_OUT)/$(2)/$(1)/test/%,$$($(1)_$(2)_objects)): $$(addsuffix .gch,$($(2)_common))
$(HOST_OUT)/$(2)/$(1)/run: $$($(1)_$(2)_objects) $(HOST_OUT)/$(2)/main.o | $$($(1)_DATA)
	$$(Q)$$(HOST_CXX) $$($(2)_flags) $$^ $$($(1)_LIBS) -o $$@
-include $$($(1)_$(2)_objects:.o=.d)
host_programs += $(HOST_OUT)/$(2)/$(1)/run
endef
ifeq ($(read_anew),)
$(foreach n,$(host_names),$(foreach v,$(call variants_of,$(n)),$(eval $(call host_rules,$(n),$(v)))))
endif

# Benchmarks: test/bench/NAME.cpp becomes one program, from the headers of the unit of that name, as
# an image without run-time checks has them.
BENCH_CXXFLAGS := -std=c++23 -O2 -DNDEBUG -Wall -Wextra -Werror
sync_BENCH_CXXFLAGS := -fpermissive # the headers of ck are C
sync_BENCH_LIBS := -lck
timer_BENCH_LIBS := -luv -lev -lpthread
channel_BENCH_LIBS := -ltbb
bench_include = $(firstword $(wildcard $(1)/host/include $(1)/unchecked/include) $(1)/include)
$(O)/bench-host/%: test/bench/%.cpp
	$(call say,HOSTCXX,$< (bench))
	@mkdir -p $(@D)
	$(Q)$(HOST_CXX) $(BENCH_CXXFLAGS) $($*_BENCH_CXXFLAGS) \
		$(foreach u,$(call closure_of,$*),-I$(call bench_include,$($(u)_BASE))) -MMD -MP $< \
		-lbenchmark $($*_BENCH_LIBS) -o $@
-include $(wildcard $(O)/bench-host/*.d)

.PHONY: host-benches
host-benches: $(host_benches)

$(sanitized_common).gch: test/host/common.hpp
	$(call say,HOSTCXX,$< (sanitized))
	@mkdir -p $(@D)
	@echo '#include "$(abspath $<)"' >$(sanitized_common)
	$(Q)$(HOST_CXX) $(HOST_CXXFLAGS) $(sanitized_flags) -x c++-header $(sanitized_common) -o $@

$(HOST_OUT)/%/main.o: test/host/main.cpp
	@mkdir -p $(@D)
	$(Q)$(HOST_CXX) $(HOST_CXXFLAGS) $($*_flags) -O0 -c $< -o $@

.PHONY: host-tests
host-tests: $(host_programs)
