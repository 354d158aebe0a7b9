# SPDX-License-Identifier: MIT
"""Libraries define types, never objects: no object file of lib/ holds mutable state, and none calls
the host's system. Headers are checked as well: each is compiled by itself, which proves too that
it includes what it uses."""
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import TOP, command
from house import kernel_world
from house.source import complain, files, name, places

# What the image may write to, or runs before main; by section, since an inline variable in a
# header is a COMDAT symbol (class u or V), constant or not.
MUTABLE = re.compile(r"\.s?(?:data|bss)\b|\.t(?:data|bss)\b|\*?COM|\.init_array|\.ctors")
CONSTANT = re.compile(r"\.data\.rel\.ro")
NOT_TO_BE_CALLED = ("syscall",)


@dataclass
class Symbol:
    name: str
    section: str
    place: str # file:line


def symbols(file: Path, otherwise: str) -> list[Symbol]:
    """Of an object file; its debug information knows most places, but that of a call not well."""
    listing = command("riscv64-linux-gnu-nm", "-C", "-l", "-f", "sysv", str(file))
    assert listing.status == 0, listing.text
    rows = [line.split("|") for line in listing.out.splitlines() if line.count("|") >= 6]
    found = []
    for row in rows:
        section, _, place = (part.strip() for part in row[-1].partition("\t"))
        place = re.sub(r"^(?:\./)+", "", place)
        known = place.startswith(("lib/", "kernel/"))
        found.append(Symbol(row[0].strip(), section, place if known else otherwise))
    return found


def complaints(file: Path, source: str) -> list[str]:
    """What is wrong with the object file that was made from `source`."""
    found = symbols(file, f"{source}:1")
    rows = [f"{each.place}: no object in a library: {each.name} lies in {each.section}; make it a "
            "type, and let kernel/ or the app hold the object" for each in found
            if MUTABLE.match(each.section) and not CONSTANT.match(each.section)]
    return rows + [f"{each.place}: no {each.name}: wait with core::spin_until" for each in found
                   if each.section == "*UND*" and each.name in NOT_TO_BE_CALLED]


@pytest.fixture(scope="module")
def folder(configuration):
    """The build folder of the default image."""
    configuration().app("selftest")
    return configuration().folder


@pytest.fixture(scope="module")
def world(configuration):
    return kernel_world.of(configuration())


def test_objects_of_libraries_hold_no_state(folder):
    objects = sorted((folder / "lib").rglob("*.o"))
    assert len(objects) >= 9
    complain([row for file in objects
              for row in complaints(file, str(file.relative_to(folder).with_suffix(".cpp")))])


def compiled_alone(world, folder: Path, task: tuple[str, Path, Path]) -> list[str]:
    """Compiles one header as a file of its own: what is wrong with it."""
    library, root, header = task
    place = name(header)
    source = folder / (place.replace("/", "-") + ".cpp")
    source.write_text(f"#include <{header.relative_to(root)}>\n")
    rows: list[str] = []
    for debug in ("-g0", "-g"): # places cost time: only where there is something to find
        outcome = world.compile(source, f"-I{root}", *world.includes[library], "-O0", debug,
                                "-o", str(source.with_suffix(".o")))
        if outcome.status != 0:
            first = next((line for line in outcome.err.splitlines() if "error" in line), outcome.err)
            return [f"{place}:1: include what it uses: {first}"]
        if not (rows := complaints(source.with_suffix(".o"), place)):
            break
    return rows


@pytest.fixture(scope="module")
def worlds(configuration, world):
    """What is not in the default image is in the one without memory protection."""
    return [world, kernel_world.of(configuration("qemu-virt", "CONFIG_VM=n"))]


def test_headers_of_libraries_stand_alone_and_hold_no_state(worlds, tmp_path):
    world_of = {library: each for each in reversed(worlds) for library in each.libraries()}
    tasks = [(library, root, header) for library in world_of
             for root, header in kernel_world.public_headers(library)]
    assert len(tasks) >= 50
    found = kernel_world.two_at_a_time(
        lambda task: compiled_alone(world_of[task[0]], tmp_path, task), tasks)
    complain(sorted({row for rows in found for row in rows}))


def test_every_library_is_checked(worlds):
    """Else the checks above would pass over it."""
    rooms = {str(path.parent.relative_to(TOP)) for path in TOP.glob("lib/*/Kconfig")}
    seen = {library for each in worlds for library in each.libraries()}
    complain([f"{room}/Kconfig:1: in neither configuration, so its headers are not checked"
              for room in sorted(rooms - seen)])


# An inline variable, a static member or a variable template that nobody uses leaves nothing in an
# object: these are found in the text. `static` and `inline` are for functions and constants.
DECLARATION = (r"(?<!constexpr )\b(?:(?:static|inline|constinit|thread_local)\s+)+"
               r"(?!(?:namespace|constexpr|consteval|assert)\b)(?P<rest>[^;{}=()]*)(?P<end>[;{=(])")


def variables(paths: list[Path]) -> Iterator[tuple[Path, int]]:
    for path, line, found in places(DECLARATION, paths):
        if found["end"] != "(" and "constexpr" not in found["rest"]:
            yield path, line


def test_libraries_declare_no_variables():
    complain([f"{name(path)}:{line}: no variable in a library: make it constexpr or a member"
              for path, line in variables(files("lib"))
              if not name(path).startswith(("lib/env/host/", "lib/env/model/"))])


# Each by itself, in a header: a mutable object, or one made before main.
OBJECTS = ("int counter;", "static int hidden;", "inline int counter = 1;", "constinit int one = 1;",
           "struct S { S(int); }; inline S dynamic(3);", "int f(); inline const int late = f();",
           "inline int next() { static int last; return ++last; }",
           "struct S { inline static int member = 0; };", "template <class T> inline int per = 0;")
CONSTANTS = ("inline constexpr int one = 1;", "static constexpr const char* names[] = {\"a\"};",
             "inline int twice(int x) { return 2 * x; }", "struct S { static S make(int); int a; };",
             "template <class T> constexpr int per = 0;", "static_assert(sizeof(int) == 4);")


@pytest.mark.parametrize("text", [*OBJECTS, *CONSTANTS])
def test_the_rules_see_what_they_should(world, tmp_path, text):
    """Either the object file or the text gives it away."""
    source = tmp_path / "sample.cpp"
    source.write_text(text + "\n")
    made = world.compile(source, "-O0", "-Wno-error", "-o", str(tmp_path / "sample.o"))
    assert made.status == 0, made.text
    seen = complaints(tmp_path / "sample.o", "sample.cpp") or list(variables([source]))
    assert bool(seen) == (text in OBJECTS), seen
