#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Configurations as Linux and Unikraft have them: resolved, minimal, all or nothing, by chance.

  configurations.py olddefconfig --config .config     resolves it, and says what it dropped and added
  configurations.py savedefconfig --config .config --out FILE    only what differs from the defaults
  configurations.py allnoconfig|allyesconfig --config .config
  configurations.py randconfig --config .config --seed N         yes or no by chance; numbers as they are
  configurations.py listnewconfig --config .config    symbols that the file does not mention
  configurations.py list-defconfigs
"""
import argparse
import os
import random
import re
import sys
from pathlib import Path

import kconfiglib

import kconfig
from kconfig import Refused


def read(config: Path | None) -> kconfiglib.Kconfig:
    """Kconfig with the values of a file, however wrong, or with none."""
    os.environ["APP_KCONFIG"] = "none"
    kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    kconf.warn_assign_undef = True
    kconf.warn_assign_override = kconf.warn_assign_redun = False
    if config is not None:
        if not config.is_file():
            raise Refused(f"{config}: no such configuration: run make defconfig")
        kconf.load_config(str(config))
    return kconf


def write(kconf: kconfiglib.Kconfig, config: Path) -> None:
    config.parent.mkdir(parents=True, exist_ok=True)
    kconf.write_config(str(config))
    kconfig.load(config) # what is written here is never refused later


def mentioned(config: Path) -> set[str]:
    return set(re.findall(r"^(?:# )?CONFIG_(\w+)(?:=| is not set)", config.read_text(), re.M))


def prompted(kconf: kconfiglib.Kconfig) -> list[kconfiglib.Symbol]:
    """What a user can choose now."""
    return [symbol for symbol in kconf.unique_defined_syms if symbol.visibility]


def old(config: Path) -> None:
    """Each value that does not hold goes, with the reason; each symbol that is new gets its default."""
    kconf = read(config)
    for warning in kconf.warnings:
        print(f"dropped: {kconfig.in_short(warning)}")
    known = mentioned(config)
    for symbol in kconf.unique_defined_syms:
        try:
            kconfig.check_kept(symbol, config)
        except Refused as why:
            print(f"dropped: {str(why).partition(': run make')[0]}")
            symbol.unset_value()
    for symbol in prompted(kconf):
        if symbol.name not in known and symbol.choice is None:
            print(f"{config}: new: CONFIG_{symbol.name}={symbol.str_value}")
    for choice in kconf.unique_choices:
        if choice.user_selection is not None and choice.selection is not choice.user_selection:
            print(f"{config}: dropped: CONFIG_{choice.user_selection.name}=y: it needs "
                  f"{kconfig.missing(choice.user_selection)}")
            choice.unset_value()
    write(kconf, config)


def all_of(value: int, config: Path) -> None:
    """Everything on or off that can be; what depends on what sorts itself out."""
    kconf = read(None)
    for symbol in kconf.unique_defined_syms:
        if symbol.type == kconfiglib.BOOL and symbol.choice is None:
            symbol.set_value(value)
    settle(kconf)
    write(kconf, config)


def by_chance(seed: int, config: Path) -> None:
    """A coin for each feature, a die for the app. The same seed gives the same configuration."""
    kconf = read(None)
    chance = random.Random(seed)
    for symbol in kconf.unique_defined_syms:
        if symbol.type == kconfiglib.BOOL and symbol.choice is None and symbol.nodes[0].prompt:
            symbol.set_value(2 * chance.randrange(2))
    settle(kconf)
    for choice in kconf.unique_choices:
        visible = [symbol for symbol in choice.syms if symbol.visibility]
        if visible:
            chance.choice(visible).set_value(2)
    write(kconf, config)


def settle(kconf: kconfiglib.Kconfig) -> None:
    """Takes back what was asked of symbols that can't have it."""
    for symbol in kconf.unique_defined_syms:
        if symbol.user_value is not None and (
                not symbol.visibility or kconfiglib.TRI_TO_STR[symbol.user_value] != symbol.str_value):
            symbol.unset_value()


def save(config: Path, out: Path) -> None:
    if out.is_dir():
        raise Refused(f"DEFCONFIG={out}: that is a folder: name a file")
    kconf = kconfig.load(config)
    kconf.write_min_config(str(out), header="")
    again = kconfig.load(out)
    lost = [symbol.name for symbol in kconf.unique_defined_syms
            if symbol.str_value != again.syms[symbol.name].str_value]
    if lost:
        raise Refused(f"{out}: does not give the configuration again: CONFIG_{lost[0]}")
    print(f"config: wrote {out}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("goal")
    parser.add_argument("--config", type=Path, default=Path(".config"))
    parser.add_argument("--out", type=Path, default=Path("defconfig"))
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    try:
        if options.goal == "olddefconfig":
            old(options.config)
        elif options.goal == "savedefconfig":
            save(options.config, options.out)
        elif options.goal in ("allnoconfig", "allyesconfig"):
            all_of(2 if options.goal == "allyesconfig" else 0, options.config)
        elif options.goal == "randconfig":
            if options.seed and not options.seed.isdigit():
                raise Refused(f"SEED={options.seed}: a number is wanted")
            seed = int(options.seed or random.SystemRandom().randrange(1 << 32))
            print(f"config: randconfig SEED={seed}")
            by_chance(seed, options.config)
        elif options.goal == "listnewconfig":
            known = mentioned(options.config) if options.config.is_file() else set()
            for symbol in prompted(read(options.config)):
                if symbol.name not in known:
                    print(f"CONFIG_{symbol.name}={symbol.str_value}")
        elif options.goal == "list-defconfigs":
            print("\n".join(sorted(path.name for path in Path("config").glob("*_defconfig"))))
        else:
            raise Refused(f"{options.goal}: no such goal")
    except (Refused, kconfiglib.KconfigError, OSError) as refusal:
        print(f"config: {str(refusal).splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
