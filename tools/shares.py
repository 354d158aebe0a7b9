#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What tasks of one CPU that never wait get of it, by shares and by classes, in deterministic time.

  shares.py --build DIR                               prints the tables
  shares.py --build DIR --table lib/sched-qos/README.md   writes them there, between their markers
"""
import re
import sys
from pathlib import Path
from typing import NamedTuple

import images
import tables

APP = "test/apps/shares"
SLICE = 100_000  # nanoseconds
LINES = (*images.LEAN, f"CONFIG_PREEMPT_SLICE={SLICE // 1000}", "CONFIG_SCHED_TASKS=70",
         "CONFIG_SCHED_CAPACITY=70", "CONFIG_TIMER_PER_OWNER=128")
MANY = tuple(share for share in (50, 100, 200, 400) for _ in range(16))
SHARES = ((100, 100), (100, 200, 700), (10, 1000), MANY)
SLICES = 10_000
HIGH = (2, 61)  # tasks of PerfBurst, beside one of each other class
SAID = re.compile(r"^SHARES: class=(\w+) share=(\d+) time=(\d+) longest=(\d+)$", re.M)


class Task(NamedTuple):
    qos: str
    share: int
    time: int     # for how long it ran, in nanoseconds
    longest: int  # that it was kept from it


def run(image: Path, slices: int, tasks: list[str]) -> list[Task]:
    words = [f"{tasks.count(task)}*{task}" for task in dict.fromkeys(tasks)]
    out = images.boot(image, 1, "--args", " ".join([str(slices), *words]), seconds=240)
    said = [Task(qos, *map(int, numbers)) for qos, *numbers in SAID.findall(out)]
    if len(said) != len(tasks):
        sys.exit(f"shares: {len(tasks)} tasks were to say what they got\n{out}")
    return sorted(said, key=lambda task: task.share)


def by_shares(image: Path, shares: tuple[int, ...]) -> list[tuple[float, float]]:
    """Of each task the part of the time that is wanted, and what it got."""
    tasks = run(image, SLICES, [str(share) for share in shares])
    total = sum(task.time for task in tasks)
    return [(task.share / sum(shares), task.time / total) for task in tasks]


def longest_waits(image: Path, high: int) -> dict[str, float]:
    """Of one task of each class below PerfBurst, in slices."""
    others = ["Idle", "Normal", "Interactive"]
    return {task.qos: task.longest / SLICE for task in run(image, 1000, ["PerfBurst"] * high + others)
            if task.qos != "PerfBurst"}


def percent(parts: list[float]) -> str:
    return ", ".join(f"{100 * part:.2f}" for part in (parts if len(parts) < 4 else (parts[0], parts[-1])))


def table(build_folder: Path) -> list[str]:
    image = images.build(build_folder / "shares", APP, lines=LINES) / "image.elf"
    shares = []
    for mix in SHARES:
        got = by_shares(image, mix)
        off = max(abs(part / wanted - 1) for wanted, part in got)
        name = ", ".join(map(str, mix)) if len(mix) < 4 else f"{mix[0]} to {mix[-1]}, {len(mix)} tasks"
        shares.append([name, percent([wanted for wanted, _ in got]), percent([part for _, part in got]), f"{100 * off:.2f}"])
    waits = []
    for high in HIGH:
        longest = longest_waits(image, high)
        waits.append([f"{high} of PerfBurst, 1 of each other", *(f"{longest[qos]:.1f}" for qos in ("Idle", "Normal", "Interactive"))])
    return [*tables.rows(["shares", "wanted, % of the time", "got, %", "most off, % of wanted"], shares), "",
            *tables.rows(["ready all the time", "longest wait of Idle, slices", "of Normal", "of Interactive"], waits)]


if __name__ == "__main__":
    tables.command(__doc__, "shares", "--build", table)
