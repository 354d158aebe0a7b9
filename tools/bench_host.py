#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Host benchmarks side by side with named peers, as ratios within one run.

  bench_host.py PROGRAM...                              prints the table
  bench_host.py --table docs/benchmarks.md PROGRAM...   writes it there, between its markers

A benchmark is called OPERATION/WHOSE. Each is repeated; a cell is the peer's time divided by
NEURON's, median (least to most): above 1, NEURON is faster. Times themselves are noise.
"""
import argparse
import json
import statistics
import subprocess
from pathlib import Path

import tables

REPETITIONS = 9
OURS = "NEURON"


def measure(program: Path, repetitions: int) -> dict[tuple[str, int], dict[str, list[float]]]:
    """Operation and threads -> whose -> times, of repetitions that alternate at random."""
    run = subprocess.run([program, "--benchmark_format=json", "--benchmark_min_time=0.05",
                          f"--benchmark_repetitions={repetitions}",
                          "--benchmark_enable_random_interleaving=true"],
                         check=True, capture_output=True, text=True)
    found: dict[tuple[str, int], dict[str, list[float]]] = {}
    for each in json.loads(run.stdout)["benchmarks"]:
        if each["run_type"] == "iteration":
            operation, whose = each["run_name"].split("/")[:2]
            times = found.setdefault((operation, each["threads"]), {}).setdefault(whose, [])
            times.append(each["real_time"])
    return found


def ratio(theirs: list[float], ours: list[float]) -> str:
    middle = statistics.median(ours)
    return (f"{statistics.median(theirs) / middle:.2f} ({min(theirs) / middle:.2f} to "
            f"{max(theirs) / middle:.2f})")


def rows(program: Path, repetitions: int) -> list[str]:
    """A table for each set of peers that operations are measured beside."""
    found = measure(program, repetitions)
    beside: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for which, times in found.items():
        beside.setdefault(tuple(sorted(set(times) - {OURS}, key=str.lower)), []).append(which)
    text = []
    for peers, operations in sorted(beside.items()):
        text += tables.rows(["operation", "threads", *(f"{peer} / {OURS}" for peer in peers)],
                            [[operation, str(threads),
                              *(ratio(found[operation, threads][peer], found[operation, threads][OURS])
                                for peer in peers)]
                             for operation, threads in sorted(operations)])
        text.append("")
    return text


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    options = parser.parse_args()
    text = [line for program in options.programs for line in rows(program, options.repetitions)][:-1]
    print("\n".join(text))
    if options.table:
        tables.put(options.table, "bench-host", text)


if __name__ == "__main__":
    main()
