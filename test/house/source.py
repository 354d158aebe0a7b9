# SPDX-License-Identifier: MIT
"""The text of the tree, as the checks of the house read it."""
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from harness import TOP

SHIPPED = ("lib", "kernel", "arch", "plat", "apps", "examples")
EVERYTHING = (*SHIPPED, "test")
CXX = (".cpp", ".hpp")
WITH_ASSEMBLY = (*CXX, ".h", ".S", ".ld")

# What is no code: comments, and what stands between quotes (a quote inside a number, as in
# 1'000, begins none).
_NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])*'",
                      re.S)


def files(*folders: str, suffixes: tuple[str, ...] = CXX) -> list[Path]:
    """The sources below these folders of the tree."""
    return sorted(path for folder in folders for path in (TOP / folder).rglob("*")
                  if path.suffix in suffixes and path.is_file())


def blanked(text: str) -> str:
    """The text with each comment and each quoted text turned to spaces, line by line the same."""
    return _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


@cache
def code(path: Path) -> str:
    return blanked(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return str(path.relative_to(TOP))


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def places(pattern: str, paths: list[Path]) -> Iterator[tuple[Path, int, re.Match]]:
    """Where the code of these files has the pattern: file, line, match."""
    for path in paths:
        text = code(path)
        for found in re.finditer(pattern, text, re.M):
            yield path, line_of(text, found.start()), found


def complain(rows: list[str]) -> None:
    """Fails with one line for each place: `file:line: what to do`."""
    if rows:
        pytest.fail("\n".join(rows), pytrace=False)
