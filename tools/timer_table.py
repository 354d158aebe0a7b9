#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many interrupts coalescing saves, as a host test of lib/timer counts them.

  timer_table.py PROGRAM                              prints the table
  timer_table.py PROGRAM --table lib/timer/README.md  writes it there, between its markers
"""
import argparse
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="timer_table", description=__doc__.partition("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    lines = table(options.program)
    print("\n".join(lines))
    if options.table:
        tables.put(options.table, "coalescing", lines)


if __name__ == "__main__":
    main()
