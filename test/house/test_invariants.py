# SPDX-License-Identifier: MIT
"""An invariant has a number, and stands in three places: the README of its room, the code that
keeps it, and the name of a test that would see it broken. The name of a test is that of a doctest
TEST_CASE (`INV-NAME-1`), of a pytest function or parameter, of a file in test/reject, or of a
selftest's record (`inv_name_1`), or the comment on its line (`run.test("...", ... // INV-NAME-1`).
"""
import re
from functools import cache
from pathlib import Path

from harness import TOP
from house.source import EVERYTHING, SHIPPED, WITH_ASSEMBLY, complain, files, line_of, name

NUMBER = r"INV-[A-Z]+-\d+"
DOCTEST = re.compile(r"TEST_CASE(?:_TEMPLATE)?\(\s*((?:\"[^\"\n]*\"\s*)+)")
SELFTEST = re.compile(r"\brun\.test\(\s*\"[^\n]*")
PYTEST = re.compile(r"(?<![a-z0-9])inv_[a-z]+_\d+(?!\d)")


def readmes() -> list[Path]:
    return [*sorted(TOP.glob("*/*/README.md")), TOP / "kernel/README.md"]


def stated(readme: Path) -> dict[str, int]:
    """Each invariant of a README, with the line that states it."""
    text = readme.read_text(encoding="utf-8")
    return {found[0]: line_of(text, found.start())
            for found in reversed(list(re.finditer(NUMBER, text)))}


@cache
def all_stated() -> frozenset[str]:
    return frozenset(number for readme in readmes() for number in stated(readme))


def numbers(paths: list[Path]) -> dict[str, str]:
    """Each invariant that these sources name, with a place."""
    return {found[0]: f"{name(path)}:{line_of(text, found.start())}"
            for path in paths for text in [path.read_text(encoding="utf-8")]
            for found in re.finditer(NUMBER, text)}


def in_code(readme: Path) -> dict[str, str]:
    return numbers(files(name(readme.parent), suffixes=WITH_ASSEMBLY))


def as_number(word: str) -> str:
    return word.upper().replace("_", "-")


@cache
def in_test_names() -> frozenset[str]:
    found: set[str] = set()
    for path in (TOP / "test").rglob("*.[ch]pp"):
        for case in DOCTEST.findall(path.read_text(encoding="utf-8")):
            found.update(re.findall(NUMBER, case))
    for path in (TOP / "test").rglob("test_*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.match(r"\s*(?:def test_|@pytest|pytest\.param|\(?[\"'])", line):
                found.update(as_number(word) for word in PYTEST.findall(line))
    for path in TOP.glob("test/reject/*/*.cpp"):
        found.update(as_number(word) for word in PYTEST.findall(path.stem))
    for path in files(*SHIPPED):
        for line in SELFTEST.findall(path.read_text(encoding="utf-8")):
            found.update(re.findall(NUMBER, line), map(as_number, PYTEST.findall(line)))
    return frozenset(found)


def test_stated_invariants_stand_in_the_code():
    complain([f"{name(readme)}:{line}: name {number} in a comment at the code that keeps it"
              for readme in readmes() for number, line in stated(readme).items()
              if number not in in_code(readme)])


def test_invariants_of_the_sources_are_stated():
    """Of all of them, tests included: one may name the invariant of another room, which states it."""
    sources = numbers(files(*EVERYTHING, suffixes=WITH_ASSEMBLY))
    complain([f"{place}: {number} is stated in no README"
              for number, place in sources.items() if number not in all_stated()])


def test_invariants_have_a_test_of_their_name():
    complain([f"{name(readme)}:{line}: {number} stands in the name of no test"
              for readme in readmes() for number, line in stated(readme).items()
              if number not in in_test_names()])


def test_named_invariants_exist():
    """A test that names an invariant which nobody states any more."""
    complain([f"test: {number} stands in the name of a test and in no README"
              for number in sorted(in_test_names() - all_stated())])
