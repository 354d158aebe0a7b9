# SPDX-License-Identifier: MIT
# Tests: pytest runs them all and writes JUnit; what is built for them lies below $(O).
pytest = $(PYTHON) -m pytest -c test/pytest.ini --junit-xml=$(O)/$@.xml
export NEURON_BUILD = $(abspath $(O))

##@ Testing
.PHONY: test test-matrix test-model-deep test-protocol test-host test-model mutants-model test-qemu test-house test-reject test-tools test-build
test: build-host-tests build-model-tests ## every test; the last line counts them, JUnit in build/test.xml
	@$(pytest) --all -n auto --dist loadfile test # as many files at once as there are cores
test-host: build-host-tests ## host tests, with ASan and UBSan, with TSan or plain; LIB=x: of one library
	@$(pytest) test/host $(if $(LIB),--library $(LIB))
test-qemu: ## boot tests; SMP=n: at that many CPUs; T=x: selftests of one library
	@$(pytest) test/qemu $(if $(SMP),--smp $(SMP)) $(if $(T),--library $(T))
test-model: export MODEL_PROGRAMS := $(or $(N),1000)
test-model: build-model-tests ## model tests, every execution; LIB=x: of one library; N=: random programs
	@$(pytest) test/model $(if $(LIB),--library $(LIB))
test-model-deep: export MODEL_PROGRAMS := $(or $(N),10000)
test-model-deep: export MODEL_DEEP := 120
test-model-deep: build-model-tests ## the same with 10,000 random programs and what has no end, 120 s each
	@$(pytest) test/model
mutants-model: ## weaken each memory order of lib/: a model test must notice (minutes); LIB=x
	@$(PYTHON) tools/mutants.py --build $(O) $(if $(LIB),--library $(LIB))
test-house: ## the rules of the house: no state in lib/, lone headers, tidy, invariants, SAFETY, atomics ...
	@$(pytest) test/house
test-reject: ## what must not compile: test/reject/LIBRARY/RULE.cpp
	@$(pytest) test/reject
	@echo "test-reject: $(words $(wildcard test/reject/*/*.cpp)) files, each refused for its reason"
test-protocol: ## protocols as state machines, with liveness, checked by spin
	@$(pytest) test/protocol
test-matrix: export MATRIX_ALL := 1
test-matrix: export MATRIX_SEEDS := $(or $(N),5)
test-matrix: ## every feature the other way, nothing, everything, N= by chance: built, booted (minutes)
	@$(pytest) test/matrix
test-tools: ## tests of the tools
	@$(pytest) test/tools
test-build: ## tests of the build itself
	@$(pytest) test/build

# A new compiler, or another way to an order: look at what changes.
goals_without_configuration += atomics-table
.PHONY: atomics-table
atomics-table: ## write test/house/atomics.txt: the instructions of each atomic operation
	@PYTHONPATH=test $(PYTHON) -m house.atomics

# The folder of compilers that tests find first; they compile nothing twice: test/compile_once.py.
goals_without_configuration += compile-once
.PHONY: compile-once
compile-once:
	@mkdir -p $(O)/test/$@
	@for compiler in g++ riscv64-linux-gnu-g++; do ln -sf $(abspath test/compile_once.py) $(O)/test/$@/$$compiler; done

# As many compilers at once as there are cores.
.PHONY: build-host-tests build-model-tests build-model-speed
build-host-tests build-model-tests build-model-speed: build-%:
	+@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) $*

.PHONY: soak
soak: ## boot N times (SMP=, BOOT_HART=each): no hang, no lost CPU
	@$(PYTHON) tools/soak.py --boots '$(or $(N),20)' --smp '$(or $(SMP),4)' \
		--boot-hart '$(BOOT_HART)' --build $(O)

.PHONY: soak-table
soak-table: ## the soak campaigns of the README, written into it (some minutes)
	@$(PYTHON) tools/soak.py --table README.md --build $(O)

ifneq ($(filter host-tests model-tests model-speed host-benches build-fuzzers,$(goals)),)
include mk/host.mk
include mk/model.mk
endif
