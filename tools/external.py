# SPDX-License-Identifier: MIT
"""What lies outside the tree: the libraries that L= names and the app of A=, which make hands on in
the environment. A library is what it would be below lib/, and adds to the tree without changing it."""
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import kconfiglib

# What make, Kconfig and the compiler all take as it is.
USABLE = re.compile(r"[\w./+@,-]+")
NAME = re.compile(r"[a-z][a-z0-9_-]*")


class Refused(Exception):
    """A configuration that can't be built: one line for the user."""


def place(variable: str, named: str) -> Path:
    """The folder, from the top if it lies in the tree, else absolute."""
    absolute = Path(os.path.abspath(named))
    folder = absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
    if not USABLE.fullmatch(str(folder)):
        raise Refused(f"{variable}={named}: make can't build there: a path has letters, digits and "
                      "/ . _ + @ , - only, no space, no colon")
    return folder


def app() -> Path | None:
    """The folder of A=: a path, or a name below apps/."""
    named = os.environ.get("A", "")
    if not named:
        return None
    for path in (named, f"apps/{named}"):
        if (Path(path) / "Kconfig").is_file() and (Path(path) / "app.mk").is_file():
            return place("A", path)
    known = ", ".join(sorted(path.parent.name for path in Path("apps").glob("*/app.mk")))
    raise Refused(f"A={named}: no such app (apps here: {known}; or a folder with Kconfig and app.mk)")


def app_kconfig() -> str:
    """The Kconfig file of an app that apps/Kconfig does not find by itself, or "none"."""
    folder = app()
    return "none" if folder is None or folder.parent == Path("apps") else str(folder / "Kconfig")


def libraries() -> list[Path]:
    """The folders of L=, each of which can become a library."""
    found: dict[str, Path] = {}
    for named in filter(None, os.environ.get("L", "").split(":")):
        folder = place("L", named)
        taken = [str(room / folder.name) for room in map(Path, ("lib", "arch", "plat", "."))
                 if (room / folder.name / "Kconfig").is_file()]
        if not folder.is_dir():
            raise Refused(f"L={named}: no such folder (a colon stands between two)")
        if not (folder / "Kconfig").is_file():
            raise Refused(f"L={named}: no Kconfig in it")
        if not NAME.fullmatch(folder.name):
            raise Refused(f"L={named}: a library's folder is named by a small letter, then small "
                          "letters, digits, - and _")
        if taken:
            raise Refused(f"L={named}: the tree has {taken[0]} already: give the folder another name")
        if folder.name in found:
            raise Refused(f"L={named}: {found[folder.name]} is called {folder.name} too: name one of them")
        found[folder.name] = folder
    return list(found.values())


@contextmanager
def sourced(folders: list[Path]) -> Iterator[None]:
    """While it lasts, the tree's Kconfig reads the libraries' as well."""
    with NamedTemporaryFile("w", suffix="-Kconfig", encoding="utf-8") as file:
        file.writelines(f'source "{folder}/Kconfig"\n' for folder in folders)
        file.flush()
        os.environ["LIBRARIES_KCONFIG"] = file.name
        yield


def check(kconf: kconfiglib.Kconfig, folders: list[Path]) -> None:
    """A library's Kconfig defines its own symbol first, and nothing that others define."""
    for folder in folders:
        file = f"{folder}/Kconfig"
        own = [item for item in (*kconf.unique_defined_syms, *kconf.named_choices.values())
               if any(Path(node.filename).is_relative_to(folder) for node in item.nodes)]
        for item in own:
            for other in {node.filename for node in item.nodes} - {file}:
                raise Refused(f"L={folder}: {item.name} is defined in {other}: a library has one "
                                  "Kconfig file, and defines there what nobody else does")
        wanted = folder.name.upper().replace("-", "_")
        if not own or own[0].name != wanted:
            raise Refused(f"L={folder}: {file} must begin with config {wanted}: a library's symbol "
                          "is the name of its folder")
