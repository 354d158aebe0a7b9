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
from collections.abc import Iterable
from pathlib import Path

import images
import tables
import way

LINE = re.compile(r"^BENCH: (\S+) instructions=(\S+)$", re.M)
MARKS = ("neuron_bench_begin", "neuron_bench_step", "neuron_bench_end")
AGAIN = ("Stopped execution of TB chain before", "cpu_io_recompile: rewound execution of TB")
STEP = re.compile(r"Trace (\d+): \S+ \[[0-9a-f]+/([0-9a-f]+)/")
CODE = re.compile(r"^ *([0-9a-f]+):\t(\S+)")
FUNCTION = re.compile(r"^([0-9a-f]+) <(.+)>:$")
# What boot calls, by function.
PHASES = {"neuron::fdt::Tree::open": "check of the device tree",
          "neuron::plat::read_machine": "Machine from the device tree",
          "neuron::kernel::SystemBase::visit_regions": "memory map",
          "neuron::plat::read_wall_clock": "time of day, from the board's clock",
          "neuron::plat::Uart::put": "lines on the console"}
OTHERWISE = "entry, memory set to zero, and the rest"
TABLES = "page tables set to zero" # what of that is for the map alone
ZERO_LOOP, LINE_BYTES = 11, 64     # start.S: instructions for each line of memory
KINDS = {"AMOs": re.compile(r"amo|lr\."), "fences": re.compile(r"fence$"),
         "CSRs": re.compile(r"csr|rdtime"), "SBI calls": re.compile(r"ecall")}
PEERS = Path(__file__).resolve().parent.parent / "docs/peers.csv"


def boot(image: Path, *words: str, smp: int = 1) -> str:
    return images.boot(image / "image.elf", smp, *words, memory="128M")


class Code:
    """The instructions of an image, by address."""

    def __init__(self, image: Path) -> None:
        text = subprocess.run(["riscv64-linux-gnu-objdump", "-d", "-C", "--no-show-raw-insn",
                               "-j", ".text", image / "image.dbg"],
                              check=True, capture_output=True, text=True).stdout
        self.names: dict[int, str] = {}
        self.behind: dict[int, int] = {} # the address of the next instruction
        self.functions: dict[str, int] = {}
        last = 0
        for line in text.splitlines():
            if found := CODE.match(line):
                self.names[address := int(found[1], 16)] = found[2]
                self.behind[last] = last = address
            elif found := FUNCTION.match(line):
                self.functions[found[2]] = int(found[1], 16)

    def start_of(self, name: str) -> int:
        """Where the function begins whose name, without its parameters, this is."""
        for function, at in self.functions.items():
            if function.partition("(")[0].removeprefix("void ") == name:
                return at
        sys.exit(f"bench: the image has no function {name}")


def trace(image: Path, code: Code, *words: str, smp: int = 1) -> dict[int, list[int]]:
    """Boots once more, one instruction at a time: for each CPU the address of each, in order."""
    file = image / "trace.txt"
    first, last = min(code.names), max(code.names)
    boot(image, f"--qemu-args=-singlestep -d exec,nochain -dfilter {first:#x}..{last:#x} -D {file}", *words, smp=smp)
    with open(file, encoding="ascii") as lines:
        steps = read_steps(lines)
    file.unlink()
    return steps


def read_steps(lines: Iterable[str]) -> dict[int, list[int]]:
    """The addresses in a trace, by CPU. QEMU may stop before an instruction that is in the log by then, which
    comes once more afterwards: its main loop wants something, or the instruction touches a device."""
    steps: dict[int, list[int]] = {}
    last: list[int] = []
    for line in lines:
        if found := STEP.match(line):
            last = steps.setdefault(int(found[1]), [])
            last.append(int(found[2], 16))
        elif line.startswith(AGAIN):
            last.pop()
    return steps


def executed(steps: list[int], code: Code) -> list[tuple[Counter, int]]:
    """For each measurement: what ran between its marks, and how many operations it had."""
    begin, step, end = (code.start_of(name) for name in MARKS)
    found: list[tuple[Counter, int]] = []
    counts, operations, inside = Counter(), 0, False
    for address in steps:
        if address == end:
            found.append((counts, operations))
            inside = False
        elif inside:
            counts[code.names[address]] += 1
            operations += address == step
        elif address == begin:
            counts, operations, inside = Counter(), 0, True
    return found


def boot_phases(steps: list[int], code: Code) -> dict[str, int]:
    """Instructions from the entry to main, by what was being done. The firmware's are not seen."""
    entries = {code.start_of(name): phase for name, phase in PHASES.items()}
    main = code.start_of("main")
    counts = Counter({phase: 0 for phase in [*PHASES.values(), OTHERWISE]})
    calls: list[int] = []     # where each returns to
    phases = [OTHERWISE]      # of each call, and of what is in none
    before = 0
    for address in steps:
        if address == main:
            break
        if calls and address == calls[-1]:
            calls.pop()
            phases.pop()
        elif code.names.get(before) in ("jal", "jalr"):
            calls.append(code.behind[before])
            phases.append(phases[-1])
        phases[-1] = entries.get(address, phases[-1]) # one that jumps there is over, too
        counts[phases[-1]] += 1
        before = address
    return dict(counts)


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


def operation_rows(figures: list[tuple[str, str]], empty: Counter, measured: list[tuple[Counter, int]]) -> list[str]:
    """A row for each figure of the image: name, instructions, and what they were by the trace."""
    if not figures or len(figures) != len(measured):
        sys.exit(f"bench: {len(figures)} figures, {len(measured)} traces")
    others = peers()
    cells = []
    for (name, instructions), (counts, operations) in zip(figures, measured, strict=True):
        traced = (counts.total() - empty.total()) / operations
        if abs(traced - float(instructions)) >= 0.01:
            sys.exit(f"bench: {name}: {instructions} instructions by the image, {traced} by the trace")
        cells.append([name, instructions, *per_operation(counts, empty, operations).values(),
                      *others.get(name, ["" for _ in others["operation"]])])
    return tables.rows(["operation", "instructions", *KINDS, *others["operation"]], cells)


def table_bytes(image: Path) -> int:
    """What is sealed, but for the page that holds the rest of it: page tables."""
    text = subprocess.run(["riscv64-linux-gnu-nm", image / "image.dbg"], check=True,
                          capture_output=True, text=True).stdout
    ends = {name: int(at, 16) for at, name in re.findall(r"^(\w+) \w (__sealed_\w+)$", text, re.M)}
    return max(0, ends["__sealed_end"] - ends["__sealed_start"] - 4096)


def boot_rows(image: Path, code: Code, steps: list[int]) -> list[str]:
    phases = boot_phases(steps, code)
    phases[TABLES] = table_bytes(image) // LINE_BYTES * ZERO_LOOP
    phases[OTHERWISE] -= phases[TABLES]
    total = sum(phases.values())
    cells = [[phase, str(count), f"{100 * count / total:.1f} %"] for phase, count in phases.items()]
    return tables.rows(["from the entry to main, one hart", "instructions", "share"],
                       [*cells, ["all", str(total), "100 %"]])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    image = images.build(options.build / "bench", "bench", "bench")
    code = Code(image)
    steps = trace(image, code)[0]
    figures = LINE.findall(boot(image))
    (empty, _), *measured = executed(steps, code)
    parts = {"bench": operation_rows(figures, empty, measured),
             "way": way.rows(way.measure(trace(image, code, "--args=ipi", smp=2), code)),
             "boot": boot_rows(image, code, steps)}
    for name, lines in parts.items():
        print("\n".join([*lines, ""]))
        if options.table:
            tables.put(options.table, name, lines)


if __name__ == "__main__":
    main()
