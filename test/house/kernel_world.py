# SPDX-License-Identifier: MIT
"""How make compiles for the image: its compiler, its flags, the include paths of each library."""
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from harness import TOP, Configuration, Outcome, command

# Asked of make itself, so that nothing is stated twice.
QUESTION = r"""
house-flags:
	@echo '$(CXX) $(CXXFLAGS)'
	@$(foreach u,$(filter-out $(APP_UNIT),$(UNITS)),echo '$u|$($u_BASE)|$(call unit_includes,$u)';):
"""


@dataclass
class KernelWorld:
    compiler: str
    flags: list[str]
    includes: dict[str, list[str]] # of each chosen unit, by its folder

    def compile(self, source: Path, *words: str) -> Outcome:
        """Compiles one file as make does; -O, -o and include paths are the caller's."""
        return command(self.compiler, *self.flags, *words, "-c", str(source))

    def libraries(self) -> list[str]:
        return sorted(folder for folder in self.includes if folder.startswith("lib/"))

    def every_include(self) -> list[str]:
        return sorted({word for words in self.includes.values() for word in words})


def of(configuration: Configuration, *words: str) -> KernelWorld:
    """The kernel world of a configuration, as make with these words has it; its app does not matter."""
    asked = configuration.make("--no-print-directory", *words, f"--eval={QUESTION}", "house-flags")
    assert asked.status == 0, asked.text
    first, *rows = asked.out.splitlines()
    compiler, *flags = first.split()
    # The objects here are looked at, not linked: no notes on stacks, no paths to hide.
    kept = [word for word in flags if word != "-fstack-usage"]
    fields = [row.split("|") for row in rows]
    return KernelWorld(compiler, kept, {folder: words.split() for _, folder, words in fields})


def public_headers(library: str) -> Iterable[tuple[Path, Path]]:
    """Each header of a library that the image may see, with the folder that it is included from."""
    for root in sorted({*(TOP / library).glob("*/include"), *(TOP / library).glob("include")}):
        if root.parent.name not in ("host", "model"):
            for header in sorted(root.rglob("*.hpp")):
                yield root, header


def two_at_a_time(work: Callable, items: Iterable) -> list:
    with ThreadPoolExecutor(2) as workers:
        return list(workers.map(work, items))
