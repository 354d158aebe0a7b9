# SPDX-License-Identifier: MIT
# Benchmarks: in instructions on the target (lib/*/bench), beside peers on the host (test/bench).
goals_without_configuration += steal-table parallel-table shares-table wake-table timer-table ipi-table ipi-load-table size-table bench-model bench-model-table model-table model-speed build-model-speed bench bench-table bench-host bench-host-table host-benches

##@ Measuring
.PHONY: steal-table parallel-table shares-table wake-table timer-table ipi-table ipi-load-table size-table bench bench-table bench-host bench-host-table bench-model bench-model-table model-table
ipi-table: ## what the mailboxes of all CPUs take, written into docs/ipi.md
	@$(PYTHON) tools/ipi_memory.py --table docs/ipi.md
ipi-load-table: ## doorbells and interrupts for each message under load, written into docs/ipi.md
	@$(PYTHON) tools/ipi_load.py --build $(O) --table docs/ipi.md
wake-table: ## what it costs to wake a task of another CPU, written into docs/sched.md
	@$(PYTHON) tools/wake.py --build $(O) --table docs/sched.md
steal-table: ## what it costs that an idle CPU takes a task, written into docs/benchmarks.md
	@$(PYTHON) tools/steal.py --build $(O) --table docs/benchmarks.md
parallel-table: ## what programs cost that idle CPUs may share, written into docs/benchmarks.md
	@$(PYTHON) tools/parallel.py --build $(O) --table docs/benchmarks.md
shares-table: ## what tasks get by shares and by classes, written into lib/sched-qos/README.md
	@$(PYTHON) tools/shares.py --build $(O) --table lib/sched-qos/README.md
timer-table: export LIB := timer
timer-table: build-host-tests ## interrupts that coalescing saves, written into lib/timer/README.md
	@$(PYTHON) tools/timer_table.py $(O)/host/plain/timer/run --table lib/timer/README.md
size-table: ## bytes of configurations and seconds to build them, written into the README
	@$(PYTHON) tools/size_table.py --build $(O) --table README.md
bench: ## instructions per operation, with AMOs, fences and firmware calls, beside the peers' figures
	@$(PYTHON) tools/bench.py --build $(O)
bench-table: ## the same, written into docs/benchmarks.md
	@$(PYTHON) tools/bench.py --build $(O) --table docs/benchmarks.md
bench-host: build-host-benches ## libraries beside their peers on this machine, as ratios; N=: repetitions
	@$(PYTHON) tools/bench_host.py $(if $(N),--repetitions $(N)) $(host_benches)
bench-host-table: build-host-benches ## the same, written into docs/benchmarks.md
	@$(PYTHON) tools/bench_host.py --table docs/benchmarks.md $(host_benches)

bench-model: build-model-speed ## the model checker: runs a second
	@$(PYTHON) tools/model.py speed $(O)/model/speed
bench-model-table: build-model-speed ## the same, written into its README
	@$(PYTHON) tools/model.py speed $(O)/model/speed --table test/model/checker/README.md
model-table: build-model-tests ## what the model tests explore, written into docs/concurrency.md
	@$(PYTHON) tools/model.py proven $(O)/model --table docs/concurrency.md

host_benches := $(patsubst test/bench/%.cpp,$(O)/bench-host/%,$(wildcard test/bench/*.cpp))
.PHONY: build-host-benches
build-host-benches:
	+@$(MAKE) --no-print-directory host-benches
