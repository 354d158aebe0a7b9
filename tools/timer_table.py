#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many interrupts coalescing saves, as a host test of lib/timer counts them.

  timer_table.py PROGRAM                              prints the table
  timer_table.py PROGRAM --table lib/timer/README.md  writes it there, between its markers
"""
import subprocess
from pathlib import Path

import tables

HEAD = ["mixed classes", "here", "hrtimers", "rounding up", "no windows", "of hrtimers'", "of rounding's"]


def table(program: Path) -> list[str]:
    """The test says for each trace: `COALESCING: trace | ...`."""
    said = subprocess.run([program, "--test-case=*coalescing saves*"], check=True, capture_output=True,
                          text=True).stdout
    return tables.rows(HEAD, [line.removeprefix("COALESCING: ").split(" | ") for line in said.splitlines()
                              if line.startswith("COALESCING: ")])


if __name__ == "__main__":
    tables.command(__doc__, "coalescing", "program", table)
