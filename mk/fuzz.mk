# SPDX-License-Identifier: MIT
# Fuzzing: test/fuzz/NAME.cpp becomes one libFuzzer program under ASan and UBSan. What it finds new is
# kept below $(O), beside the committed corpus.
goals_without_configuration += fuzz build-fuzzers

FUZZ_CXXFLAGS := -std=c++23 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
fuzzers := $(patsubst test/fuzz/%.cpp,%,$(wildcard test/fuzz/*.cpp))
tree_FUZZ_SRCS := test/host/fdt/walk.cpp $(wildcard lib/fdt/src/*.cpp)
tree_FUZZ_UNIT := FDT
machine_FUZZ_SRCS := plat/qemu-virt/src/machine.cpp $(wildcard lib/fdt/src/*.cpp)
machine_FUZZ_UNIT := PLAT_QEMU_VIRT
machine_FUZZ_INCLUDES := -Itest/host/qemu-virt/include

.PHONY: fuzz build-fuzzers
fuzz: ## device trees that nobody made: N=inputs for each target (default 200000)
	+@$(MAKE) --no-print-directory build-fuzzers
	@for target in $(fuzzers); do \
		mkdir -p $(O)/fuzz/$$target.new; \
		$(O)/fuzz/$$target -runs=$(or $(N),200000) -max_len=8192 -timeout=10 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$(O)/fuzz/$$target- \
			$(O)/fuzz/$$target.new test/fuzz/corpus || { \
			echo "fuzz: $$target failed; again with: $(O)/fuzz/$$target THE-FILE-NAMED-ABOVE" >&2; exit 1; }; \
	done

$(O)/fuzz/%: test/fuzz/%.cpp
	$(call say,FUZZCXX,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_CXXFLAGS) $(foreach u,$($($*_FUZZ_UNIT)_CLOSURE),-I$(call world_include,$($(u)_BASE))) \
		$($*_FUZZ_INCLUDES) $< $($*_FUZZ_SRCS) -o $@
$(foreach f,$(fuzzers),$(eval $(O)/fuzz/$(f): $($(f)_FUZZ_SRCS) $(wildcard lib/fdt/include/neuron/fdt/*)))
build-fuzzers: $(addprefix $(O)/fuzz/,$(fuzzers))
