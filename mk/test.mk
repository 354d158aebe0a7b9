# SPDX-License-Identifier: MIT
# Tests: pytest runs them all and writes JUnit; what is built for them lies below $(O).
pytest = $(PYTHON) -m pytest -c test/pytest.ini --junit-xml=$(O)/$@.xml
export NEURON_BUILD = $(abspath $(O))

##@ Testing
.PHONY: test test-host test-qemu test-house test-reject test-tools test-build
test: build-host-tests ## every test; the last line counts them, JUnit in build/test.xml
	@$(pytest) --all test
test-host: build-host-tests ## host tests, plain, with ASan and UBSan, with TSan; LIB=x: of one library
	@$(pytest) test/host $(if $(LIB),--library $(LIB))
test-qemu: ## boot tests; SMP=n: at that many CPUs; T=x: selftests of one library
	@$(pytest) test/qemu $(if $(SMP),--smp $(SMP)) $(if $(T),--library $(T))
test-house: ## the rules of the house: no state in lib/, lone headers, tidy, invariants, SAFETY, atomics ...
	@$(pytest) test/house
test-reject: ## what must not compile: test/reject/LIBRARY/RULE.cpp
	@$(pytest) test/reject
	@echo "test-reject: $(words $(wildcard test/reject/*/*.cpp)) files, each refused for its reason"
test-tools: ## tests of the tools
	@$(pytest) test/tools
test-build: ## tests of the build itself
	@$(pytest) test/build

# A new compiler, or another way to an order: look at what changes.
goals_without_configuration += atomics-table
.PHONY: atomics-table
atomics-table: ## write test/house/atomics.txt: the instructions of each atomic operation
	@PYTHONPATH=test $(PYTHON) -m house.atomics

# As many compilers at once as there are cores.
.PHONY: build-host-tests
build-host-tests:
	+@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) host-tests

.PHONY: soak
soak: ## boot N times (SMP=, BOOT_HART=each): no hang, no lost CPU
	@$(PYTHON) tools/soak.py --boots '$(or $(N),20)' --smp '$(or $(SMP),4)' \
		--boot-hart '$(BOOT_HART)' --build $(O)

.PHONY: soak-table
soak-table: ## the soak campaigns of the README, written into it (some minutes)
	@$(PYTHON) tools/soak.py --table README.md --build $(O)

ifneq ($(filter host-tests host-benches build-fuzzers,$(goals)),)
include mk/host.mk
endif
