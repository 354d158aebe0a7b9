#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots one app many times: no hang, no lost CPU, no wrong status. Each boot is its own proof.

  soak.py --boots 200 --smp 4 [--boot-hart each|N] --build DIR
  soak.py --table README.md --build DIR        the campaigns of the README, written into it
"""
import argparse
import collections
import re
import subprocess
import sys
from pathlib import Path

import images
import tables

# Boots, SMP, boot hart, CONFIG_MAX_CPUS: what the README shows.
CAMPAIGNS = ((200, 4, "", 8), (200, 4, "each", 8), (50, 8, "", 8), (5, 64, "", 64))


def build(folder: Path, max_cpus: int) -> Path:
    """The image that is booted: the selftest image."""
    return images.build(folder, "selftest", lines=[f"CONFIG_MAX_CPUS={max_cpus}"]) / "image.elf"


def boot(image: Path, smp: int, max_cpus: int, hart: str) -> tuple[str, str]:
    """One boot: what was wrong with it (nothing, if all is well) and the boot hart."""
    run = subprocess.run([sys.executable, "tools/run.py", "--image", image, "--smp", str(smp),
                          "--max-cpus", str(max_cpus), "--mem", "256M", "--timeout", "120",
                          "--boot-hart", hart, "--args", "percpu smp"],
                         capture_output=True, text=True, errors="replace", check=False)
    ready = re.findall(r"^CPU (\d+): ready$", run.stdout, re.M)
    chosen = re.search(r"boot hart (\d+)", run.stdout)
    if run.returncode != 0:
        return f"status {run.returncode}\n{run.stdout[-2000:]}{run.stderr}", ""
    if ready != [str(cpu) for cpu in range(smp)] or "SMP: all CPUs online" not in run.stdout:
        return f"a CPU is missing: {ready}", ""
    if not chosen or (hart and chosen[1] != hart):
        return f"booted on hart {chosen and chosen[1]}, not on {hart}", ""
    return "", chosen[1]


def campaign(folder: Path, boots: int, smp: int, boot_hart: str, max_cpus: int) -> dict[str, int]:
    """Boots that many times; how often each hart was the boot hart. Stops at the first fault."""
    image = build(folder / f"soak-{max_cpus}", max_cpus)
    harts: collections.Counter[str] = collections.Counter()
    for number in range(boots):
        hart = str(number % smp) if boot_hart == "each" else boot_hart
        wrong, chosen = boot(image, smp, max_cpus, hart)
        if wrong:
            sys.exit(f"soak: boot {number + 1} of {boots} at SMP={smp}: {wrong}")
        harts[chosen] += 1
    return dict(harts)


def shown(harts: dict[str, int]) -> str:
    return ", ".join(f"{hart}: {count}" for hart, count in
                     sorted(harts.items(), key=lambda item: int(item[0])))


def table(readme: Path, folder: Path) -> None:
    """Runs the campaigns and puts their figures between the README's markers."""
    cells = []
    for boots, smp, boot_hart, max_cpus in CAMPAIGNS:
        harts = campaign(folder, boots, smp, boot_hart, max_cpus)
        chosen = "each in turn" if boot_hart else "the firmware's choice"
        cells.append([str(boots), str(smp), chosen, "0", "0", shown(harts)])
        print(cells[-1], flush=True)
    head = ["boots", "SMP", "boot hart", "hangs", "lost CPUs", "boots by boot hart"]
    tables.put(readme, "soak", tables.rows(head, cells))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--boots", default="20")
    parser.add_argument("--smp", default="4")
    parser.add_argument("--boot-hart", default="")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    if options.table:
        table(options.table, options.build)
        return
    for name, value in (("N", options.boots), ("SMP", options.smp)):
        if not value.isdigit() or not 1 <= int(value) <= (128 if name == "SMP" else 1_000_000):
            sys.exit(f"soak: {name}={value}: a number from 1 on is wanted")
    boots, smp = int(options.boots), int(options.smp)
    harts = campaign(options.build, boots, smp, options.boot_hart, max(8, smp))
    print(f"soak: {boots} of {boots} boots at SMP={smp}: no hang, no lost CPU; "
          f"boot harts {shown(harts)}")


if __name__ == "__main__":
    main()
