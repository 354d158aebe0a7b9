# SPDX-License-Identifier: MIT
"""What others' tools see: clang-format, clang-tidy, shellcheck."""
import re
from pathlib import Path

from harness import TOP, command
from house.kernel_world import two_at_a_time
from house.source import EVERYTHING, complain, files, name

FOUND = re.compile(r"^(\S+?):(\d+):\d+: (?:error|warning|note): (.+)$", re.M)


def found(text: str) -> list[tuple[str, str]]:
    """Place and text of each diagnostic, by a path from the top; each once."""
    return sorted({(f"{Path(file).resolve().relative_to(TOP)}:{line}", said)
                   for file, line, said in FOUND.findall(text)
                   if Path(file).resolve().is_relative_to(TOP)})


def test_layout():
    """Files that must not compile are left as they are: their lines are marked."""
    paths = [name(path) for path in files(*EVERYTHING) if "reject" not in path.parts]
    outcome = command("clang-format-19", "--dry-run", "-Werror", *paths)
    places = {place.split(":")[0]: place for place, _ in reversed(found(outcome.err))}
    complain([f"{place}: run clang-format-19 -i on this file" for place in places.values()])
    assert outcome.status == 0, outcome.text


# The world's own form of a library first, else the one with the checks, else the only one.
HOST = ("host", "checked", "")
KERNEL = ("kernel", "unchecked", "")
TARGET = ("--target=riscv64-linux-gnu", "-ffreestanding")


def roots(forms: tuple[str, ...]) -> list[Path]:
    """The include path of each library."""
    return [next(path for path in (library / form / "include" for form in forms) if path.is_dir())
            for library in sorted(TOP.glob("lib/*/"))]


def every_header(forms: tuple[str, ...], folder: Path) -> Path:
    """A source that includes all of them, so that what they share is read once."""
    source = folder / f"{forms[0]}.cpp"
    source.write_text("".join(f"#include <{header.relative_to(root)}>\n" for root in roots(forms)
                              for header in sorted(root.rglob("*.hpp"))))
    return source


def tidied(task: tuple[Path, list[str]]) -> list[str]:
    """What is found in one source, compiled with these words."""
    source, words = task
    outcome = command("clang-tidy-19", "--quiet", f"--config-file={TOP}/.clang-tidy", str(source),
                      "--", "-std=c++23", *words)
    rows = [f"{place}: {said}" for place, said in found(outcome.out) if "[" in said]
    assert (outcome.status == 0) == (not rows), outcome.text
    return rows


def test_libraries_are_tidy(tmp_path):
    """Each header in both worlds, each source in the one that ships it. Headers take longest."""
    words = {forms: [f"-I{root}" for root in roots(forms)] for forms in (HOST, KERNEL)}
    words[KERNEL] += TARGET
    tasks = [(every_header(forms, tmp_path), words[forms]) for forms in (HOST, KERNEL)]
    tasks += [(source, words[KERNEL]) for source in sorted(TOP.glob("lib/*/src/*.cpp"))]
    assert len(tasks) >= 10
    complain(sorted({row for rows in two_at_a_time(tidied, tasks) for row in rows}))


def is_shell(path: Path) -> bool:
    with open(path, "rb") as file:
        return re.match(rb"#!.*\b(?:ba|da)?sh\b", file.readline()) is not None


def test_shell_files():
    candidates = [path for folder in ("tools", ".ci", *EVERYTHING)
                  for path in sorted((TOP / folder).rglob("*")) if path.is_file()]
    shell = [name(path) for path in candidates if path.suffix == ".sh" or is_shell(path)]
    assert {"tools/deps.sh", ".ci/run"} <= set(shell)
    complain(command("shellcheck", "--format=gcc", *shell).out.splitlines())
