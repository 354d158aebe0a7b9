# SPDX-License-Identifier: MIT
"""Variants are folders chosen by include path, not conditional code: the budget of each top folder
is what it has today (lib: none), and it may only shrink."""
import re
from collections import Counter

from house.source import (EVERYTHING, SHIPPED, WITH_ASSEMBLY, code, complain, files, line_of,
                          name, places)

BUDGET = {"lib": 0, "kernel": 1, "arch": 0, "plat": 2, "apps": 0, "examples": 0, "test": 0}

DIRECTIVE = r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|elifdef|elifndef)\b"
CONDITION = re.compile(r"\bif\s+constexpr\s*\(")
# A value of the configuration: its header's, its symbol's, or what a feature is handed of it.
VALUE = re.compile(r"\bconfig::|\bCONFIG_|\bValues\b")


def on_configuration(text: str) -> list[int]:
    """The lines of each `if constexpr` whose condition names a value of the configuration."""
    lines = []
    for found in CONDITION.finditer(text):
        end, depth = found.end(), 1
        while depth != 0 and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        if VALUE.search(text, found.end(), end):
            lines.append(line_of(text, found.start()))
    return lines


def conditionals() -> list[tuple[str, str]]:
    """Top folder and place of each."""
    paths = files(*EVERYTHING, suffixes=WITH_ASSEMBLY)
    found = [(path, line) for path, line, _ in places(DIRECTIVE, paths)]
    found += [(path, line) for path in paths for line in on_configuration(code(path))]
    return [(name(path).split("/")[0], f"{name(path)}:{line}") for path, line in found]


def test_conditional_code_stays_within_its_budget():
    found = conditionals()
    count = Counter(folder for folder, _ in found)
    over = {folder for folder in BUDGET if count[folder] > BUDGET[folder]}
    complain([f"{place}: no conditional code: {folder}/ may have {BUDGET[folder]}, it has "
              f"{count[folder]}; make it a folder, a type or a template parameter"
              for folder, place in found if folder in over]
             + [f"test/house/test_conditionals.py:10: {folder}/ has {count[folder]}: lower its budget"
                for folder in BUDGET if count[folder] < BUDGET[folder]])


def test_the_rule_sees_what_it_should():
    seen = ["if constexpr (config::max_cpus > 1) {}", "if constexpr (f(1) && Values::width == 2) {}",
            "if constexpr (sizeof(T) > 4 ||\n  CONFIG_SMP) {}"]
    assert [on_configuration(text) for text in seen] == [[1]] * 3
    assert on_configuration("if constexpr (sizeof(T) == 4) return config::max_cpus;") == []
    assert on_configuration("if (config::max_cpus > 1) {}") == []


def test_headers_begin_with_pragma_once():
    rows = []
    for path in files(*EVERYTHING, suffixes=(".hpp", ".h")):
        directives = [line.strip() for line in code(path).splitlines()
                      if line.lstrip().startswith("#")]
        if directives[:1] != ["#pragma once"]:
            rows.append(f"{name(path)}:1: begin with #pragma once, before any other directive")
    complain(rows)


def test_macros_are_for_assembly_alone():
    """A macro knows no namespace. Headers that assembly shares (.h) hold numbers that way."""
    complain([f"{name(path)}:{line}: no macro: use a constant, a function or a template"
              for path, line, _ in places(r"^[ \t]*#[ \t]*define\b", files(*SHIPPED))]
             + [f"{name(path)}:{line}: no macro in a library"
                for path, line, _ in places(r"^[ \t]*#[ \t]*define\b",
                                            files("lib", suffixes=(".h",)))])
