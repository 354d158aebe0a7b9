# SPDX-License-Identifier: MIT
# Tests: pytest runs them all and writes JUnit; what is built for them lies below $(O).
pytest = $(PYTHON) -m pytest -c test/pytest.ini --junit-xml=$(O)/$@.xml
export NEURON_BUILD = $(abspath $(O))

##@ Testing
.PHONY: test test-host test-qemu test-tools test-build
test: host-tests ## every test; the last line counts them, JUnit in build/test.xml
	@$(pytest) test
test-host: host-tests ## host tests, plain and with ASan and UBSan; LIB=x: of one library
	@$(pytest) test/host $(if $(LIB),--library $(LIB))
test-qemu: ## boot tests; SMP=n: at that many CPUs; T=x: selftests of one library
	@$(pytest) test/qemu $(if $(SMP),--smp $(SMP)) $(if $(T),--library $(T))
test-tools: ## tests of the tools
	@$(pytest) test/tools
test-build: ## tests of the build itself
	@$(pytest) test/build

.PHONY: soak
soak: ## boot N times (SMP=, BOOT_HART=each): no hang, no lost CPU
	@$(PYTHON) tools/soak.py --boots '$(or $(N),20)' --smp '$(or $(SMP),4)' \
		--boot-hart '$(BOOT_HART)' --build $(O)

ifneq ($(filter test test-host host-tests,$(goals)),)
include mk/host.mk
endif
