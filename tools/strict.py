# SPDX-License-Identifier: MIT
"""Reads a configuration, and says what of it Kconfig would silently not take: symbols that are not
there, values out of range, what needs something that is off."""
import os
import re
from dataclasses import dataclass
from pathlib import Path

import external
import kconfiglib
from external import Refused
from kconfiglib import AND, OR, Symbol

ADVICE = ": run make olddefconfig, or make menuconfig"
UNKNOWN = "no such symbol here; L= or A= may be missing"


@dataclass
class Loss:
    """A line that does not hold, and why."""

    line: str
    why: str
    symbol: Symbol | None = None

    def __str__(self) -> str:
        return f"{self.line}: {self.why}" if self.why else self.line


def read(config: Path | None) -> kconfiglib.Kconfig:
    """Kconfig with the values of a file, however wrong they are, or with none."""
    os.environ["APP_KCONFIG"] = external.app_kconfig()
    libraries = external.libraries()
    with external.sourced(libraries):
        kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False)
    external.check(kconf, libraries)
    for warning in kconf.warnings:
        raise Refused(in_short(warning))
    kconf.warn_assign_undef = False # losses() names them
    kconf.warn_assign_override = kconf.warn_assign_redun = False # the last value counts
    if config is not None:
        if not config.is_file():
            raise Refused(f"{config}: no such configuration: run make defconfig")
        kconf.load_config(str(config))
    return kconf


def load(config: Path, advice: str = ADVICE) -> kconfiglib.Kconfig:
    """Reads a configuration of which everything holds, or refuses it by its first loss; by all symbols
    at once that are not there, since they tell what is missing."""
    kconf = read(config)
    if lost := unknown(kconf):
        raise Refused(f"{config}: {', '.join(lost)}: {UNKNOWN}{advice}")
    for loss in losses(kconf):
        raise Refused(f"{config}: {loss}{advice}")
    return kconf


def losses(kconf: kconfiglib.Kconfig) -> list[Loss]:
    """Each line of the file that was read last which does not hold."""
    found = [Loss(in_short(warning), "") for warning in kconf.warnings]
    found += [Loss(line, UNKNOWN) for line in unknown(kconf)]
    for symbol in kconf.unique_defined_syms:
        text = asked(symbol)
        # What is off, and can't be seen, was not asked for: a configuration may keep its line.
        if symbol.choice is None and text not in (None, symbol.str_value) \
                and (symbol.visibility or text != "n"):
            found.append(Loss(f"CONFIG_{symbol.name}={text}", reason(symbol, text), symbol))
    for choice in kconf.unique_choices:
        wanted = choice.user_selection
        if wanted is not None and choice.selection is not wanted:
            found.append(Loss(f"CONFIG_{wanted.name}=y", reason(wanted, "y"), wanted))
    return found


def unknown(kconf: kconfiglib.Kconfig) -> list[str]:
    """The lines for symbols that are not there. What is off was not asked for."""
    return [f"CONFIG_{name}={value}" for name, value in kconf.missing_syms if value != "n"]


def asked(symbol: Symbol) -> str | None:
    """The value that the file gives it."""
    value = symbol.user_value
    return kconfiglib.TRI_TO_STR[value] if isinstance(value, int) else value


def reason(symbol: Symbol, text: str) -> str:
    if symbol.visibility and symbol.type in (kconfiglib.INT, kconfiglib.HEX):
        return "it is outside " + " to ".join(active_range(symbol))
    if text == "n":
        selectors = [shown(each) for each in kconfiglib.split_expr(symbol.rev_dep, OR)
                     if kconfiglib.expr_value(each)]
        return f"{' and '.join(selectors)} selects it"
    needs = missing(symbol)
    return f"it needs {needs}" if needs else "nothing selects it"


def active_range(symbol: Symbol) -> tuple[str, str]:
    for low, high, condition in symbol.ranges:
        if kconfiglib.expr_value(condition):
            return low.str_value, high.str_value
    return "", ""


def missing(symbol: Symbol) -> str:
    """The unmet dependencies of a symbol, by name; empty if it has no prompt."""
    rows = [row for node in symbol.nodes if node.prompt for row in unmet(node.prompt[1])]
    return " and ".join(dict.fromkeys(rows))


def unmet(expression) -> list[str]:
    """The parts of a condition that do not hold."""
    if kconfiglib.expr_value(expression):
        return []
    if isinstance(expression, tuple) and expression[0] is AND:
        return unmet(expression[1]) + unmet(expression[2])
    if isinstance(expression, Symbol) and not expression.nodes and not expression.is_constant:
        return [f"{shown(expression)} ({UNKNOWN})"]
    return [shown(expression)]


def shown(expression) -> str:
    """A condition as it would stand in a configuration."""
    return kconfiglib.expr_str(expression, lambda item: f"CONFIG_{item.name}" if isinstance(
        item, Symbol) and not item.is_constant else kconfiglib.standard_sc_expr_str(item))


def in_short(warning: str) -> str:
    """The first line of a warning of kconfiglib's, which names the line of the file."""
    return re.sub(r"^(?:\S+:(\d+): )?warning: ",
                  lambda found: f"line {found[1]}: " if found[1] else "", warning.splitlines()[0])
