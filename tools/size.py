#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many bytes of an image each micro-library has (how: attribution.py); with --base, how many more
than in another build.

  size.py O/apps/NAME/image.dbg [--base FOLDER-OR-IMAGE] [--prefix riscv64-linux-gnu-]
"""
import argparse
import signal
import sys
from collections import Counter
from pathlib import Path

from attribution import NAMES, Refused, Rows, measure


def find_base(base: Path, app: str) -> Path:
    """The image that BASE= names: itself, or the app's in a build folder, or the only one there."""
    if base.is_file():
        return base
    if not base.is_dir():
        raise Refused(f"BASE={base}: no such build folder or image")
    there = sorted(base.glob("apps/*/image.dbg"))
    same = [image for image in there if image.parent.name == app]
    if not there:
        raise Refused(f"BASE={base}: no image there: build one (make O={base})")
    if not same and len(there) > 1:
        raise Refused(f"BASE={base}: no image of {app} there: name one of {', '.join(map(str, there))}")
    return (same or there)[0]


def table(rows: Rows, form: str, marks: dict[str, str]) -> list[str]:
    """One line a row, the largest first, and the total."""
    total = Counter({column: sum(row[column] for row in rows.values()) for column in NAMES})
    width = max(map(len, [*rows, "total"]))
    ordered = sorted(rows.items(), key=lambda row: (-sum(map(abs, row[1].values())), row[0]))
    return [" " * width + "".join(f"{name:>9}" for name in NAMES)] + [
        f"{name:{width}}" + "".join(f"{row[column]:{form}}" for column in NAMES) + marks.get(name, "")
        for name, row in [*ordered, ("total", total)]]


def compare(rows: Rows, base: Rows) -> list[str]:
    """What each unit has more, or less, than in the other build."""
    delta = {name: Counter({column: rows.get(name, Counter())[column] - base.get(name, Counter())[column]
                            for column in NAMES}) for name in {*rows, *base}}
    marks = {name: "  came" if name not in base else "  went" for name in rows.keys() ^ base.keys()}
    return table({name: row for name, row in delta.items() if any(row.values())}, "+9", marks)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("image", type=Path)
    parser.add_argument("--base", default="")
    parser.add_argument("--prefix", default="riscv64-linux-gnu-")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL) # make size | head
    try:
        rows = measure(options.image, options.prefix)
        if not options.base:
            print("\n".join(table(rows, "9", {})))
            return 0
        base = find_base(Path(options.base), options.image.parent.name)
        print(f"{options.image}, beside {base}:")
        print("\n".join(compare(rows, measure(base, options.prefix))))
    except Refused as refusal:
        print(f"size: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
