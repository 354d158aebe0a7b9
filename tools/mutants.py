#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Weakens each memory order of the libraries, one at a time: some model test must notice.

  mutants.py --build DIR [--library NAME]      1 if one survives without a reason

A site is an order in the code of lib/; a mutant puts the next weaker ones there. It is killed if a
model test of its library fails, or does not end. One that does not compile shows nothing. Survivors
that are known stand in test/model/survivors.txt, each with its reason.
"""
import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import tables

SITE = re.compile(r"\bcore::(acquire|release|acq_rel|seq_cst)\b")
WEAKER = {"acquire": ["relaxed"], "release": ["relaxed"], "acq_rel": ["acquire", "release"],
          "seq_cst": ["acq_rel"]}
SURVIVORS = Path("test/model/survivors.txt")
SECONDS = 60 # ten times the longest program of today


class Fate(Enum):
    """What the model tests say of a mutant."""

    FAILS = "a test fails"
    ENDLESS = "a test does not end"
    REFUSED = "does not compile"
    SURVIVES = "survives"


@dataclass(frozen=True)
class Mutant:
    """One order of one file, and what takes its place."""

    path: Path
    offset: int
    was: str
    becomes: str
    line: str # its text, by which a survivor is known
    nth: int  # which order of the line it is, from 1 on

    @property
    def library(self) -> str:
        return self.path.parts[1]

    @property
    def name(self) -> str:
        return f"{self.path}: {self.line} [{self.nth}]: {self.was} -> {self.becomes}"

    def text(self) -> str:
        whole = self.path.read_text(encoding="utf-8")
        end = self.offset + len(self.was)
        assert whole[self.offset:end] == self.was
        return whole[:self.offset] + self.becomes + whole[end:]


def mutants(library: str) -> list[Mutant]:
    """Every mutant of a library's code; comments are no sites."""
    found = []
    for path in sorted(Path("lib", library).rglob("*.hpp")):
        if "selftest" in path.parts or "bench" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        code = re.sub(r"//[^\n]*", lambda comment: " " * len(comment[0]), text)
        for site in SITE.finditer(code):
            begin = text.rfind("\n", 0, site.start()) + 1
            line = text[begin:text.find("\n", site.start())].partition("//")[0].strip()
            nth = len(SITE.findall(code[begin:site.start()])) + 1
            found += [Mutant(path, site.start(1), site[1], weaker, line, nth)
                      for weaker in WEAKER[site[1]]]
    return found


def tested() -> list[str]:
    return sorted({path.parent.name for path in Path("test/model").glob("*/*_test.cpp")
                   if Path("lib", path.parent.name).is_dir()})


def fate(mutant: Mutant, build: Path, number: int) -> Fate:
    """Builds the library's model tests with the mutant in front of the include path, and runs them."""
    overlay = build / "mutants" / str(number)
    header = overlay / mutant.path.relative_to(Path(*mutant.path.parts[:mutant.path.parts.index("include") + 1]))
    header.parent.mkdir(parents=True, exist_ok=True)
    header.write_text(mutant.text(), encoding="utf-8")
    made = subprocess.run(["make", "--no-print-directory", f"O={build}", f"MODEL_MUTANT={overlay}",
                           f"LIB={mutant.library}", "model-tests"], capture_output=True, text=True,
                          check=False)
    if made.returncode != 0:
        return Fate.REFUSED
    return judge(overlay / mutant.library / "run")


def judge(program: Path) -> Fate:
    try:
        run = subprocess.run([program, "--abort-after=1"], capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Fate.ENDLESS
    return Fate.FAILS if run.returncode != 0 else Fate.SURVIVES


def reasons() -> dict[str, str]:
    """Known survivors: a line with the mutant's name, and an indented one with the reason."""
    known: dict[str, str] = {}
    name = ""
    for line in SURVIVORS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("    "):
            known[name] = f"{known.get(name, '')} {line.strip()}".strip()
        else:
            name = line.strip()
    return known


def table(fates: dict[Mutant, Fate]) -> list[str]:
    """A row for each file, and one for all."""
    files: dict[str, list[Mutant]] = {}
    for mutant in fates:
        files.setdefault(f"`{mutant.path}`", []).append(mutant)
    return tables.rows(["file", "orders", "mutants", *(each.value for each in Fate)],
                       [[name, str(len({(each.path, each.offset) for each in some})), str(len(some)),
                         *(str(sum(fates[each] is one for each in some)) for one in Fate)]
                        for name, some in [*files.items(), ("all", list(fates))]])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--library", default="")
    options = parser.parse_args()
    libraries = {library: found for library in tested() if (found := mutants(library))}
    if options.library and options.library not in libraries:
        sys.exit(f"mutants: LIB={options.library}: no orders with model tests (of: {', '.join(libraries)})")
    chosen = [options.library] if options.library else [*libraries]
    all_of_them = [each for library in chosen for each in libraries[library]]
    subprocess.run(["make", "--no-print-directory", f"O={options.build}", "build-model-tests"],
                   check=True, stdout=subprocess.DEVNULL)
    for library in chosen:
        if judge(options.build / "model" / library / "run") is not Fate.SURVIVES:
            sys.exit(f"mutants: the model tests of {library} fail, or do not end, without any mutant")
    with ThreadPoolExecutor(2) as workers:
        found = workers.map(lambda pair: fate(pair[1], options.build, pair[0]), enumerate(all_of_them))
        fates = dict(zip(all_of_them, found, strict=True))
    known = reasons()
    survivors = [each for each in all_of_them if fates[each] in (Fate.SURVIVES, Fate.REFUSED)]
    unexplained = [each for each in survivors if each.name not in known]
    for each in survivors:
        print(f"{fates[each].value}: {each.name}\n    {known.get(each.name, 'NO REASON')}")
    names = {each.name for each in survivors}
    stale = [name for name in known if name not in names
             and any(each.name == name for each in all_of_them)]
    for name in stale:
        print(f"{SURVIVORS}: is killed now: {name}")
    lines = table(fates)
    print("\n".join(lines))
    print(f"mutants: {len(all_of_them)}, of which {len(survivors)} not killed, {len(unexplained)} without a reason")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
