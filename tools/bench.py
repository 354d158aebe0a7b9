#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What operations cost on the target: instructions, and what instructions hide.

  bench.py --build DIR                                 prints the table
  bench.py --build DIR --table docs/benchmarks.md      writes it there, between its markers

The image counts its instructions itself (lib/bench). A second boot is traced one instruction at a
time: what ran between the marks is taken apart, and its sum must be the image's own.
"""
import argparse
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import tables

LINE = re.compile(r"^BENCH: (\S+) instructions=(\S+)$", re.M)
MARKS = ("neuron_bench_begin", "neuron_bench_step", "neuron_bench_end")
STEP = re.compile(r"Trace 0: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
CODE = re.compile(r"^ *([0-9a-f]+):\t(\S+)")
KINDS = {"AMOs": re.compile(r"amo|lr\."), "fences": re.compile(r"fence$"),
         "CSRs": re.compile(r"csr|rdtime"), "SBI calls": re.compile(r"ecall")}
PEERS = Path(__file__).resolve().parent.parent / "docs/peers.csv"


def build(folder: Path) -> Path:
    """The folder of the benchmark image, in a build folder of its own."""
    make = ["make", "--no-print-directory", f"O={folder}", f"C={folder}/.config"]
    for goal in (["bench_defconfig"], ["image"]):
        subprocess.run([*make, *goal], check=True, stdout=subprocess.DEVNULL)
    return folder / "apps" / "bench"


def boot(image: Path, *words: str) -> str:
    """What the image prints in deterministic time on one CPU."""
    run = subprocess.run([sys.executable, "tools/run.py", "--image", image / "image.elf", "--smp", "1",
                          "--max-cpus", "8", "--mem", "128M", "--timeout", "120", "--icount", "0",
                          "--seed", "1", *words], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"bench: the image ended with status {run.returncode}\n{run.stdout}{run.stderr}")
    return run.stdout


def listing(image: Path) -> tuple[dict[int, str], dict[str, int]]:
    """Each instruction's name by its address, and where the marks are."""
    text = subprocess.run(["riscv64-linux-gnu-objdump", "-d", "--no-show-raw-insn", "-j", ".text",
                           image / "image.dbg"], check=True, capture_output=True, text=True).stdout
    names = {int(found[1], 16): found[2] for line in text.splitlines()
             if (found := CODE.match(line))}
    marks = {name: int(at, 16) for at, name in re.findall(r"^([0-9a-f]+) <(\w+)>:", text, re.M)
             if name in MARKS}
    return names, marks


def executed(image: Path) -> list[tuple[Counter, int]]:
    """For each measurement: what ran between its marks, and how many operations it had."""
    names, marks = listing(image)
    first, last = min(names), max(names)
    trace = image / "trace.txt"
    boot(image, f"--qemu-args=-singlestep -d exec,nochain -dfilter {first:#x}..{last:#x} -D {trace}")
    found: list[tuple[Counter, int]] = []
    counts, steps, inside = Counter(), 0, False
    with open(trace, encoding="ascii") as file:
        for step in file:
            if not (match := STEP.match(step)):
                continue
            address = int(match[1], 16)
            if address == marks[MARKS[2]]:
                found.append((counts, steps))
                inside = False
            elif inside:
                counts[names[address]] += 1
                steps += address == marks[MARKS[1]]
            elif address == marks[MARKS[0]]:
                counts, steps, inside = Counter(), 0, True
    trace.unlink()
    return found


def per_operation(counts: Counter, empty: Counter, steps: int) -> dict[str, str]:
    """Of each kind, what one operation executes."""
    def sums(pattern: re.Pattern) -> int:
        return sum(count * sign for source, sign in ((counts, 1), (empty, -1))
                   for word, count in source.items() if pattern.match(word))
    return {kind: f"{sums(pattern) / steps:g}" for kind, pattern in KINDS.items()}


def peers() -> dict[str, list[str]]:
    rows = [line.split(",") for line in PEERS.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]
    return {row[0]: row[2:] for row in rows}


def rows(image: Path) -> list[str]:
    figures = LINE.findall(boot(image))
    empty, *measured = executed(image)
    if not figures or len(figures) != len(measured):
        sys.exit(f"bench: {len(figures)} figures, {len(measured)} traces")
    others = peers()
    cells = []
    for (name, instructions), (counts, steps) in zip(figures, measured, strict=True):
        traced = (counts.total() - empty[0].total()) / steps
        if abs(traced - float(instructions)) >= 0.01:
            sys.exit(f"bench: {name}: {instructions} instructions by the image, {traced} by the trace")
        cells.append([name, instructions, *per_operation(counts, empty[0], steps).values(),
                      *others.get(name, ["" for _ in others["operation"]])])
    return tables.rows(["operation", "instructions", *KINDS, *others["operation"]], cells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    lines = rows(build(options.build / "bench"))
    print("\n".join(lines))
    if options.table:
        tables.put(options.table, "bench", lines)


if __name__ == "__main__":
    main()
