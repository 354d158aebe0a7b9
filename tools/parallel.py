#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What programs cost that idle CPUs may share, while nobody is idle: instructions beside those of the same
as plain calls.

  parallel.py --build DIR                              prints the table
  parallel.py --build DIR --table docs/benchmarks.md   writes it there, between its markers
"""
import re
import sys
from pathlib import Path

import images
import tables

SAID = re.compile(r"^(?:PARALLEL: )?(\S+?):? plain=(\d+) shared=(\d+)", re.M)


def measure(folder: Path) -> list[tuple[str, int, int]]:
    """Of each program its name, and instructions as plain calls and shared."""
    out = ""
    for app, words in (("test/apps/parallel", ""), ("layout", "100000 1 cost")):
        image = images.build(folder, app, lines=images.LEAN) / "image.elf"
        out += images.boot(image, 1, "--args", words)
    said = [(name, int(plain), int(shared)) for name, plain, shared in SAID.findall(out)]
    if len(said) < 5:
        sys.exit(f"parallel: the images do not say all that they measured\n{out}")
    return said


def rows(figures: list[tuple[str, int, int]]) -> list[str]:
    return tables.rows(["program", "as plain calls", "shared", "more"],
                       [[name, f"{plain:,}", f"{shared:,}", f"{100 * (shared / plain - 1):+.1f} %"]
                        for name, plain, shared in figures])


def table(build_folder: Path) -> list[str]:
    return rows(measure(build_folder / "parallel"))


if __name__ == "__main__":
    tables.command(__doc__, "parallel", "--build", table)
