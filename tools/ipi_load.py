#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Doorbells and interrupts under load: every CPU sends messages of every carrier to every CPU, in
deterministic time. Counted in what each CPU noted of each message (tools/causal.py).

  ipi_load.py --build DIR                       prints the table
  ipi_load.py --build DIR --table docs/ipi.md   writes it there, between its markers
"""
import sys
from pathlib import Path

import causal
import images
import tables

APP = "test/apps/ipi-chain"
ROUNDS = 1000
CPUS = (2, 3, 4)
LINES = ("CONFIG_MAX_CPUS=4", "CONFIG_IPI_TRACE_EVENTS=131072", *images.LEAN)


def counts(image: Path, cpus: int) -> causal.Counter:
    """What the CPUs noted together."""
    memory = image.with_name("memory")
    out = images.boot(image, cpus, "--args", str(ROUNDS), "--qemu-args", " ".join(causal.memory_words(memory, "256M")),
                      most=4, seconds=300)
    chain = causal.read(out, memory.read_bytes())
    memory.unlink()
    causal.check_requests(chain)
    if chain.problems:
        sys.exit(f"ipi_load: {chain.problems[0]}")
    return chain.counts


def table(build_folder: Path) -> list[str]:
    image = images.build(build_folder / "ipi-load", APP, lines=LINES) / "image.elf"
    runs = [counts(image, cpus) for cpus in CPUS]
    def row(name: str, of: str, per: str) -> list[str]:
        return [name, *(f"{run[of] / run[per]:.2f}" for run in runs)]
    return tables.rows(["all to all, in deterministic time", *(f"{cpus} CPUs" for cpus in CPUS)],
                       [["messages", *(str(run["requests"]) for run in runs)],
                        row("doorbells for each message", "rung", "requests"),
                        row("messages to a CPU that was rung already", "merged", "requests"),
                        row("messages to an idle CPU that was looking", "polled", "requests"),
                        row("messages for each interrupt", "requests", "traps")])


if __name__ == "__main__":
    tables.command(__doc__, "ipi-load", "--build", table)
