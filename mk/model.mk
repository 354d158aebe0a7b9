# SPDX-License-Identifier: MIT
# Model tests: each folder test/model/NAME becomes one doctest program, built wholly in the model world
# with the checker (test/model/checker): its sources, and those of the unit of that name and the units
# below it. `suite` is the checker's own tests.
# MODEL_MUTANT: a folder of headers that go before the libraries' own (tools/mutants.py); the programs
# are then built there.
MODEL_OUT := $(or $(MODEL_MUTANT),$(O)/model)
CHECKER_OUT := $(O)/model
# A call at the end of a function keeps its frame, so that a trace shows where it was; addresses in
# traces are those of the file.
MODEL_CXXFLAGS := -std=c++23 -O2 -g1 $(HOST_PATHS) -fno-pie -fno-optimize-sibling-calls -Wall -Wextra -Wconversion \
	-Wshadow -Wno-missing-field-initializers -Werror -Itest/model/checker/include
model_include = $(firstword $(wildcard $(1)/model/include $(1)/checked/include) $(1)/include)
checker_objects := $(patsubst %.cpp,$(CHECKER_OUT)/%.o,$(wildcard test/model/checker/src/*.cpp)) \
	$(CHECKER_OUT)/test/host/main.o
model_names := $(filter-out checker,$(notdir $(patsubst %/,%,$(dir $(wildcard test/model/*/*_test.cpp)))))
model_names := $(sort $(model_names))
suite_UNIT := SYNC

$(call stamp,$(MODEL_OUT)/programs,$(addsuffix /run,$(model_names)))
ifneq ($(LIB),)
ifneq ($(filter model-tests,$(goals)),)
ifeq ($(filter $(LIB),$(model_names)),)
$(error LIB=$(LIB): no model tests of that name (there are: $(model_names)))
endif
endif
model_names := $(filter $(LIB),$(model_names))
endif

define model_rules
$(1)_model_objects := $(patsubst %.cpp,$(MODEL_OUT)/$(1)/%.o,$(wildcard test/model/$(1)/*.cpp) \
	$(foreach u,$(call closure_of,$(1)),$(filter %.cpp,$(call sources_of,$(u)))))
$(MODEL_OUT)/$(1)/%.o: %.cpp
	$$(call say,MODELCXX,$$<)
	@mkdir -p $$(@D)
	$$(Q)$$(HOST_CXX) $$(MODEL_CXXFLAGS) $$(addprefix -I,$$(MODEL_MUTANT)) $(foreach u,$(call closure_of,$(1)),-I$(call model_include,$($(u)_BASE))) \
		-MMD -MP -c $$< -o $$@
$(MODEL_OUT)/$(1)/run: $$($(1)_model_objects) $$(checker_objects)
	$$(Q)$$(HOST_CXX) -no-pie $$^ -o $$@
-include $$($(1)_model_objects:.o=.d)
endef
$(CHECKER_OUT)/%.o: %.cpp
	$(call say,MODELCXX,$<)
	@mkdir -p $(@D)
	$(Q)$(HOST_CXX) $(MODEL_CXXFLAGS) -MMD -MP -c $< -o $@
$(CHECKER_OUT)/test/host/main.o: MODEL_CXXFLAGS += -O0
-include $(checker_objects:.o=.d)
ifeq ($(read_anew),)
$(foreach n,$(model_names),$(eval $(call model_rules,$(n))))
endif

# How fast it is: not a test.
$(MODEL_OUT)/speed: $(CHECKER_OUT)/suite/test/model/speed/main.o $(filter-out %/host/main.o,$(checker_objects))
	$(Q)$(HOST_CXX) -no-pie $^ -o $@

.PHONY: model-tests model-speed
model-speed: $(MODEL_OUT)/speed
model-tests: $(foreach n,$(model_names),$(MODEL_OUT)/$(n)/run)
