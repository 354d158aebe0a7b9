#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Why a library is in the image: the chain from it up to what the user chose.

  why.py NAME --config .config
"""
import argparse
import sys
from pathlib import Path

import kconfig
import kconfiglib
import units


def chains(symbol: kconfiglib.Symbol, everything: list[kconfiglib.Symbol],
           seen: tuple[str, ...] = ()) -> list[list[str]]:
    """Every way from this symbol to one with a prompt, or to one that is always on."""
    here = f"CONFIG_{symbol.name}"
    if symbol.visibility and symbol.name not in seen:
        return [[f"{here} (chosen)"]]
    found = [[here, *rest] for selector in everything
             if selector.tri_value and selector.name not in (*seen, symbol.name)
             and any(selected is symbol and kconfiglib.expr_value(condition)
                     for selected, condition in selector.selects)
             for rest in chains(selector, everything, (*seen, symbol.name))]
    return found or [[f"{here} (always)"]]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--config", type=Path, required=True)
    options = parser.parse_args()
    try:
        kconf, _ = kconfig.choose_app(options.config)
        everything = units.read(kconf)
        unit = next((unit for unit in everything if unit.name == options.name), None)
        if unit is None:
            names = ", ".join(sorted(unit.name for unit in everything if not unit.is_app))
            raise kconfig.Refused(f"LIB={options.name}: no such library (there are: {names})")
        if not unit.symbol.tri_value:
            print(f"{options.name} is not in the image: CONFIG_{unit.symbol.name} is off")
            return 0
        for chain in chains(unit.symbol, kconf.unique_defined_syms):
            print(" <- ".join(chain))
    except kconfig.Refused as refusal:
        print(f"why: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
