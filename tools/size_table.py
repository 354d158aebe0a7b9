#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What configurations cost, written into the README: bytes of the image, and seconds to build it.

  size_table.py --build DIR --table README.md

Each is built from nothing in a folder of its own, and once more after one number changed. A test holds
the bytes; the seconds are of the machine that wrote them.
"""
import argparse
import os
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

import kconfiglib
import strict
import tables
from attribution import measure

CONFIGURATIONS = ("qemu-virt", "hello", "minimal")
CHANGED = "CONFIG_DIAGNOSTIC_SECONDS=11\n"
HEAD = ["configuration", "features", "text + rodata", "data + bss", "build", "again after one number"]


def features(config: Path) -> str:
    """What is on of that which a user can switch, by its short name."""
    on = [symbol.name.lower().replace("_", "-") for symbol in strict.load(config).unique_defined_syms
          if symbol.type == kconfiglib.BOOL and symbol.choice is None and symbol.nodes[0].prompt
          and symbol.tri_value]
    return ", ".join(sorted(on))


def cells(name: str, config: Path, image: Path) -> list[str]:
    """All of a row that is the same wherever it is built."""
    total = sum(measure(image, "riscv64-linux-gnu-").values(), Counter())
    return [f"{name}: {image.parent.name}", features(config), f"{total['text'] + total['rodata']:,}",
            f"{total['data'] + total['bss']:,}"]


def row(name: str, folder: Path) -> list[str]:
    """Builds one configuration twice; its row."""
    config = folder / ".config"
    make = ["make", "--no-print-directory", f"O={folder}", f"C={config}"]

    def seconds(*goals: str) -> str:
        begin = time.monotonic()
        subprocess.run([*make, f"-j{os.cpu_count()}", *goals], check=True, stdout=subprocess.DEVNULL)
        return f"{time.monotonic() - begin:.0f} s"

    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([*make, f"{name}_defconfig"], check=True)
    whole = seconds("image")
    image, = folder.glob("apps/*/image.dbg")
    found = cells(name, config, image)
    config.write_text(config.read_text(encoding="utf-8") + CHANGED, encoding="utf-8")
    return [*found, whole, seconds("image")]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--table", type=Path, required=True)
    options = parser.parse_args()
    rows = [row(name, options.build / f"size-{name}") for name in CONFIGURATIONS]
    tables.put(options.table, "size", tables.rows(HEAD, rows))
    print("\n".join(tables.rows(HEAD, rows)))


if __name__ == "__main__":
    main()
