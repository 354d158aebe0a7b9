#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs a task to wake one of another CPU and to be woken by it: instructions of all CPUs, and
doorbells, in deterministic time.

  wake.py --build DIR                         prints the table
  wake.py --build DIR --table docs/sched.md   writes it there, between its markers
"""
import re
import sys
from pathlib import Path

import images
import tables

APP = "test/apps/wake"
CPUS = (1, 2, 4)
SAID = re.compile(r"^WAKE: rounds=(\d+) nanoseconds=(\d+) doorbells=(\d+)$", re.M)


def measure(image: Path, cpus: int) -> tuple[float, float]:
    """Instructions and doorbells of a round trip."""
    out = images.boot(image, cpus)
    said = SAID.search(out)
    if said is None:
        sys.exit(f"wake: the image says nothing of what it measured\n{out}")
    rounds, instructions, doorbells = map(int, said.groups())
    return instructions / rounds, doorbells / rounds


def table(build_folder: Path) -> list[str]:
    image = images.build(build_folder / "wake", APP, lines=images.LEAN) / "image.elf"
    runs = {cpus: measure(image, cpus) for cpus in CPUS}
    return tables.rows(["two tasks wake each other, a round trip", *(f"{cpus} CPU{'s' * (cpus > 1)}" for cpus in CPUS)],
                       [["instructions of all CPUs", *(f"{runs[cpus][0]:.0f}" for cpus in CPUS)],
                        ["doorbells", *(f"{runs[cpus][1]:.2f}" for cpus in CPUS)]])


if __name__ == "__main__":
    tables.command(__doc__, "wake", "--build", table)
