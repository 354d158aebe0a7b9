#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables about the model checker.

  model.py speed PROGRAM [--table FILE]            runs a second
  model.py proven FOLDER [--table FILE]            what the model tests of each library explored
"""
import argparse
import subprocess
from pathlib import Path

import tables


def speed(program: Path) -> list[str]:
    out = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return tables.rows(["program", "processes", "executions", "other runs", "runs a second"],
                       [line.split(" | ") for line in out.splitlines()])


def proven(folder: Path) -> list[str]:
    """Every model test says what it explored: `MODEL: name | executions | dead ends`."""
    cells = []
    for program in sorted(folder.glob("*/run")):
        out = subprocess.run([program], capture_output=True, text=True, check=False).stdout
        cells += [[program.parent.name, *line.removeprefix("MODEL: ").split(" | ")[:2]]
                  for line in out.splitlines() if line.startswith("MODEL: ")]
    return tables.rows(["library", "structure, CPUs, operations", "executions"], cells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("speed", "proven"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    lines = (speed if options.what == "speed" else proven)(options.path)
    print("\n".join(lines))
    if options.table:
        tables.put(options.table, "bench-model" if options.what == "speed" else "proven", lines)


if __name__ == "__main__":
    main()
