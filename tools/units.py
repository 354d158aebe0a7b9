# SPDX-License-Identifier: MIT
"""The rooms of the house (units) and the edges between them, as Kconfig states them.

A unit is a folder with a Kconfig file; its symbol is the first one defined there. Its edges are the
units that its symbol selects or depends on. Nothing else states an edge.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

import external
import kconfiglib
from external import Refused

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')


@dataclass
class Unit:
    folder: Path
    symbol: kconfiglib.Symbol
    is_library: bool
    edges: set["str"] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def key(self) -> str:
        """The unit's prefix for make variables: its symbol."""
        return self.symbol.name

    @property
    def namespace(self) -> str:
        return "neuron::" + self.name.replace("-", "_")

    @property
    def is_app(self) -> bool:
        return self.symbol.choice is not None and self.symbol.choice.name == "APP"

    @property
    def room(self) -> Path:
        """Where it stands in the house; of what lies elsewhere, where it would stand."""
        if self.is_library:
            return Path("lib") / self.name
        return Path("apps") / self.name if self.folder.is_absolute() else self.folder

    def include(self) -> Path:
        """Its public headers; of a unit that has them in several forms, those of one of them."""
        return self.includes()[0]

    def includes(self) -> list[Path]:
        """Every folder with headers of its own: one, or one for each world or variant."""
        forms = sorted(self.folder.glob("*/include"))
        return forms or [self.folder / "include"]


def read(kconf: kconfiglib.Kconfig) -> list[Unit]:
    """Every unit, a unit after all those that it stands on."""
    units: dict[str, Unit] = {}
    folders: set[str] = set()
    outside = external.libraries()
    for symbol in kconf.unique_defined_syms:
        folder = str(Path(symbol.nodes[0].filename).parent)
        if folder in folders or folder in (".", "apps", "plat"):
            continue
        folders.add(folder)
        is_library = Path(folder).parts[0] == "lib" or Path(folder) in outside
        units[symbol.name] = Unit(Path(folder), symbol, is_library)
    for unit in units.values():
        unit.edges = {s.name for s in edge_symbols(unit.symbol)} & units.keys() - {unit.symbol.name}
    ordered: list[Unit] = []
    for unit in sorted(units.values(), key=lambda u: str(u.room)):
        visit(unit, units, ordered)
    return ordered


def edge_symbols(symbol: kconfiglib.Symbol) -> set[kconfiglib.Symbol]:
    found = {s for node in symbol.nodes for s in kconfiglib.expr_items(node.dep)
             if isinstance(s, kconfiglib.Symbol)}
    return found | {selected for selected, _ in symbol.selects}


def visit(unit: Unit, units: dict[str, Unit], ordered: list[Unit]) -> None:
    if unit in ordered:
        return
    for name in sorted(unit.edges):
        visit(units[name], units, ordered)
    ordered.append(unit)


def closure(unit: Unit, units: dict[str, Unit]) -> list[str]:
    """The unit itself and all that it stands on."""
    reached: list[str] = []
    waiting = [unit.key]
    while waiting:
        key = waiting.pop(0)
        if key not in reached:
            reached.append(key)
            waiting += sorted(units[key].edges)
    return reached


def make_variables(everything: list[Unit]) -> list[str]:
    units = {unit.key: unit for unit in everything}
    lines = [f"EVERY_UNIT := {' '.join(units)}"]
    for unit in everything:
        lines.append(f"{unit.key}_BASE := {unit.folder}")
        lines.append(f"{unit.key}_ROOM := {unit.room}")
        lines.append(f"{unit.key}_CLOSURE := {' '.join(closure(unit, units))}")
    return lines


def owners(everything: list[Unit]) -> dict[str, str]:
    """Which unit owns a header, by the path that an #include names."""
    result = {}
    for unit in everything:
        for root in [] if unit.is_app else unit.includes():
            for header in root.rglob("*.h*"):
                result[str(header.relative_to(root))] = unit.key
    return result


def check_edges(everything: list[Unit]) -> None:
    """Downward only: a library stands on libraries. Hardware reaches it as a small interface."""
    units = {unit.key: unit for unit in everything}
    for unit in everything:
        for edge in sorted(unit.edges):
            if unit.is_library and not units[edge].is_library:
                raise Refused(f"{unit.folder}/Kconfig: a library can't stand on {units[edge].folder} "
                              f"(CONFIG_{edge})")


def check_includes(enabled: list[Unit], everything: list[Unit]) -> None:
    """Each direct include of a unit names a unit that it declares."""
    check_headers(enabled)
    owner = owners(everything)
    for unit in enabled:
        # The composition root is made of what is chosen; apps may use what the root offers.
        if unit.symbol.name == "KERNEL":
            continue
        allowed = unit.edges | {unit.key} | ({"KERNEL"} if unit.is_app else set())
        for source in sources(unit, everything):
            if source.relative_to(unit.folder).parts[0] in ("selftest", "bench") and not unit.is_app:
                continue # belongs to the image that runs it
            for number, line in enumerate(source.read_text(errors="replace").splitlines(), 1):
                if match := INCLUDE.match(line):
                    check_include(f"{source}:{number}", match[1] or match[2], source, unit,
                                  owner, allowed)


def sources(unit: Unit, everything: list[Unit]) -> list[Path]:
    """What is its own: an app's folder may hold libraries, or the tree."""
    top = unit.folder.absolute()
    others = [path for path in (Path.cwd(), *(other.folder.absolute() for other in everything))
              if path != top and path.is_relative_to(top)]
    return [source for source in sorted(unit.folder.rglob("*.[chS]*"))
            if not any(source.absolute().is_relative_to(other) for other in others)]


def check_headers(enabled: list[Unit]) -> None:
    """A library's headers bear its name: none takes another's place."""
    for unit in enabled:
        for root in unit.includes() if unit.is_library else []:
            for header in root.rglob("*.h*"):
                if header.relative_to(root).parts[:2] != ("neuron", unit.name):
                    raise Refused(f"{header}: it belongs into {root}/neuron/{unit.name}")


def check_include(where: str, header: str, source: Path, unit: Unit, owner: dict[str, str],
                  allowed: set[str]) -> None:
    local = (source.parent / header).resolve()
    if local.is_file() and not local.is_relative_to(unit.folder.resolve()):
        raise Refused(f"{where}: {header} reaches outside {unit.folder}")
    if header in owner and owner[header] not in allowed:
        raise Refused(f"{where}: <{header}> belongs to CONFIG_{owner[header]}, "
                      f"which {unit.folder}/Kconfig does not declare")
    if header.startswith("config/") and unit.is_library:
        raise Refused(f"{where}: <{header}>: a library takes its values as template parameters")
