#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Configurations as Linux and Unikraft have them. What is written here holds: it was read again,
strictly, before it took the place of what was there.

  configurations.py defconfig --defconfig FILE       a default configuration becomes the configuration
  configurations.py menuconfig|guiconfig|oldconfig   kconfiglib's menus and questions
  configurations.py olddefconfig                     resolves it, says what it dropped and added
  configurations.py savedefconfig --defconfig FILE   writes what differs from the defaults
  configurations.py allnoconfig|allyesconfig
  configurations.py randconfig --seed N              yes or no by chance, and numbers
  configurations.py listnewconfig                    what the file does not mention, with defaults
  configurations.py list-defconfigs
"""
import argparse
import importlib
import os
import random
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import kconfiglib

import strict
from strict import Refused

# Where the range of a number holds more than what boots in the machine that `make run` makes, and passes
# its selftests there: what 128 CPUs have must fit into it, and what is mapped into the tables; the harts
# of a busy host must come in time; idle CPUs must end their polling, and a limit must be met; tests of timers
# need some, and each CPU's tasks have theirs; three tasks are to
# be taken by others, and soon.
BOOTS = {"STACK_SHIFT": (14, 17), "VM_TABLES": (16, 512), "DIAGNOSTIC_SECONDS": (10, 600),
         "IPI_RING_SHIFT": (0, 4), "IPI_TRACE_EVENTS": (0, 4096),
         "IPI_TOKEN_MICROSECONDS": (100, 1_000_000),
         "TIMER_PER_OWNER": (128, 1 << 20), "TIMER_PER_CPU": (64, 1024), "TIMER_OWNERS": (256, 1 << 16),
         "TIMER_BUDGET": (5, 1 << 16), "TIMER_SHORTEST_MICROSECONDS": (1, 1000),
         "SCHED_TASKS": (4, 8), "SCHED_LARGE_TASKS": (0, 1), "SCHED_LARGE_SHIFT": (14, 17),
         "PREEMPT_SLICE": (1000, 100_000), "STEAL_LEAST": (1, 3), "STEAL_PAUSE": (1, 1000)}
LINE = re.compile(r"^(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)$", re.M)


def stated(text: str) -> list[tuple[str, str]]:
    """The lines of a configuration: symbol and value."""
    return [(off or name, "n" if off else value.rstrip())
            for name, value, off in LINE.findall(text)]


def write(kconf: kconfiglib.Kconfig, config: Path) -> None:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "config"
        kconf.write_config(str(copy))
        strict.load(copy, advice="")
    config.parent.mkdir(parents=True, exist_ok=True)
    kconf.write_config(str(config))


def minimal(kconf: kconfiglib.Kconfig) -> str:
    """What differs from the defaults; refused if that does not give the configuration again."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "defconfig"
        kconf.write_min_config(str(copy), header="")
        again = strict.load(copy, advice="")
        for symbol in kconf.unique_defined_syms:
            value = again.syms[symbol.name].str_value
            if value != symbol.str_value:
                raise Refused(f"savedefconfig loses CONFIG_{symbol.name}={symbol.str_value} "
                              f"(it comes back as {value or 'off'})")
        return copy.read_text(encoding="utf-8")


def default(config: Path, defconfig: Path) -> None:
    """Refuses what savedefconfig would not write: a line that is there has a meaning."""
    if not defconfig.is_file():
        known = ", ".join(list_defconfigs())
        raise Refused(f"{defconfig.name}: no such default configuration (there are: {known})")
    kconf = strict.load(defconfig, advice="")
    lines = stated(defconfig.read_text(encoding="utf-8"))
    kept = stated(minimal(kconf))
    for name, value in lines:
        if (name, value) not in kept:
            held = kconf.syms[name].str_value
            why = "the default" if held == value else f"{held}: another line goes before"
            raise Refused(f"{defconfig}: savedefconfig loses CONFIG_{name}={value}: it is {why}")
        kept.remove((name, value))
    write(kconf, config)


def list_defconfigs() -> list[str]:
    return sorted(path.name for path in Path("config").glob("*_defconfig"))


def new(kconf: kconfiglib.Kconfig, config: Path) -> list[str]:
    """What a user can choose that the file does not mention."""
    known = {name for name, _ in stated(config.read_text(encoding="utf-8"))}
    return [f"CONFIG_{symbol.name}={symbol.str_value}" for symbol in kconf.unique_defined_syms
            if symbol.visibility and symbol.name not in known]


def resolve(config: Path) -> None:
    """Each value that does not hold goes, with the reason; each symbol that is new has its default."""
    kconf = strict.read(config)
    said = []
    for loss in strict.losses(kconf):
        now = loss.symbol.str_value if loss.symbol else "n"
        said.append(f"dropped {loss}{'' if now in ('', 'n') else f'; it is {now} now'}")
    said += [f"dropped CONFIG_{name}=n: {strict.UNKNOWN}" for name, value in kconf.missing_syms
             if value == "n"]
    for symbol in kconf.unique_defined_syms:
        # Off, and what it needs is off: no contradiction, but the file forgets it.
        if symbol.choice is None and strict.asked(symbol) == "n" and not symbol.config_string \
                and strict.missing(symbol):
            said.append(f"dropped CONFIG_{symbol.name}=n: it needs {strict.missing(symbol)}")
    for choice in kconf.unique_choices:
        if choice.user_selection is not None and choice.selection is not choice.user_selection:
            said.append(f"added CONFIG_{choice.selection.name}=y")
    said += [f"added {line}" for line in new(kconf, config)]
    write(kconf, config)
    print_lines([f"config: {line}" for line in said or [f"{config} holds as it is"]])


def ask(goal: str, config: Path) -> None:
    """kconfiglib's menus read the file themselves, and drop in silence: what they will is said here."""
    kconf = strict.read(config)
    for loss in strict.losses(kconf):
        print(f"config: drops {loss}")
    try:
        if goal == "oldconfig":
            question = importlib.import_module(goal)
            kconf.warn_to_stderr = True
            question.conf_changed = True
            while question.conf_changed: # an answer may bring new questions
                question.conf_changed = False
                for node in kconf.node_iter():
                    question.oldconfig(node)
            write(kconf, config)
            return
        if goal == "menuconfig" and not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise Refused("menuconfig needs a terminal")
        os.environ["KCONFIG_CONFIG"] = str(config)
        importlib.import_module(goal).menuconfig(kconf)
    except (EOFError, KeyboardInterrupt) as end:
        print() # the question's line
        raise Refused(f"{goal} was cut off: nothing was written") from end
    except ModuleNotFoundError as module:
        raise Refused(f"{goal} needs {module.name}: apt-get install python3-tk") from module
    except Exception as error: # curses' and Tk's own classes exist only where these do
        if type(error).__name__ not in ("error", "TclError"):
            raise
        raise Refused(f"{goal}: {error}") from error


def all_of(value: int, config: Path) -> None:
    """Everything on or off that can be; what depends on what sorts itself out."""
    kconf = strict.read(None)
    for symbol in kconf.unique_defined_syms:
        if symbol.type == kconfiglib.BOOL and symbol.choice is None and symbol.nodes[0].prompt:
            symbol.set_value(value)
    write(kconf, config)


def numbers(symbol: kconfiglib.Symbol) -> list[int]:
    """Its default, the ends of its range and the powers of two between, as far as they boot."""
    default = int(symbol.str_value)
    low, high = (int(end or default) for end in strict.active_range(symbol))
    least, most = BOOTS.get(symbol.name, (low, high))
    low, high = max(low, least), min(high, most)
    return sorted({default, low, high} | {1 << n for n in range(high.bit_length()) if low < 1 << n < high})


def by_chance(seed: str, config: Path) -> None:
    """A coin for each feature, a die for each choice and each number. The same seed gives the same
    configuration."""
    if seed and not re.fullmatch(r"[0-9]+", seed):
        raise Refused(f"SEED={seed}: a number is wanted")
    seed = seed or str(random.SystemRandom().randrange(1 << 32))
    print(f"config: randconfig SEED={seed}")
    kconf = strict.read(None)
    chance = random.Random(int(seed))
    for symbol in kconf.unique_defined_syms:
        if symbol.type == kconfiglib.BOOL and symbol.choice is None and symbol.nodes[0].prompt:
            symbol.set_value(2 if chance.randrange(3) else 0) # many need several others
    for choice in kconf.unique_choices:
        visible = [symbol for symbol in choice.syms if symbol.visibility]
        if visible:
            chance.choice(visible).set_value(2)
    for symbol in kconf.unique_defined_syms: # in order: a range may follow from an earlier number
        if symbol.type == kconfiglib.INT and symbol.visibility:
            symbol.set_value(str(chance.choice(numbers(symbol))))
    write(kconf, config)


def save(config: Path, defconfig: Path) -> None:
    if defconfig.is_dir():
        raise Refused(f"DEFCONFIG={defconfig}: that is a folder: name a file")
    text = minimal(strict.load(config))
    defconfig.write_text(text, encoding="utf-8")
    print(f"config: wrote {defconfig}")


def print_lines(lines: list[str]) -> None:
    for line in lines:
        print(line)


def main() -> int:
    goals = {
        "defconfig": lambda o: default(o.config, o.defconfig),
        "menuconfig": lambda o: ask(o.goal, o.config),
        "guiconfig": lambda o: ask(o.goal, o.config),
        "oldconfig": lambda o: ask(o.goal, o.config),
        "olddefconfig": lambda o: resolve(o.config),
        "savedefconfig": lambda o: save(o.config, o.defconfig),
        "allnoconfig": lambda o: all_of(0, o.config),
        "allyesconfig": lambda o: all_of(2, o.config),
        "randconfig": lambda o: by_chance(o.seed, o.config),
        "listnewconfig": lambda o: print_lines(new(strict.read(o.config), o.config)),
        "list-defconfigs": lambda o: print_lines(list_defconfigs()),
    }
    parser = argparse.ArgumentParser()
    parser.add_argument("goal", choices=goals)
    parser.add_argument("--config", type=Path, default=Path(".config"))
    parser.add_argument("--defconfig", type=Path)
    parser.add_argument("--seed", default="")
    options = parser.parse_args()
    try:
        goals[options.goal](options)
    except (Refused, kconfiglib.KconfigError) as refusal:
        print(f"config: {str(refusal).strip().splitlines()[0]}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"config: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
