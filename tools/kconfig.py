#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kconfig for the build: writes what make and the compiler read of a configuration that holds.

  kconfig.py generate --config .config --out DIR   files for make and C++
  kconfig.py units --out DIR                      the rooms and their edges, for host tests
  kconfig.py check --config .config               every include names a declared unit

The app and libraries from elsewhere come in the environment, as A and L.
"""
import argparse
import os
import sys
from pathlib import Path

import external
import kconfiglib
import units
from strict import Refused, load, missing, read


def choose_app(config: Path) -> tuple[kconfiglib.Kconfig, Path]:
    """Loads the configuration with the app of A=, or with the one it names itself."""
    kconf = load(config)
    folder = external.app()
    if folder is None:
        chosen = kconf.named_choices["APP"].selection
        if chosen is None:
            raise Refused(f"{config}: no app is chosen: run make menuconfig, or name one with A=")
        return kconf, Path(chosen.nodes[0].filename).parent
    symbol = next((s for s in kconf.unique_defined_syms
                   if s.nodes[0].filename == str(folder / "Kconfig")), None)
    if symbol is None:
        raise Refused(f"A={os.environ['A']}: {folder}/Kconfig defines no symbol of its own: "
                      "give the app one that no other has (config APP_...)")
    symbol.set_value(2)
    if symbol.tri_value != 2:
        raise Refused(f"A={os.environ['A']}: needs {missing(symbol) or 'a prompt'}: run make menuconfig, "
                      "or use another configuration")
    return kconf, folder


def write(path: Path, text: str) -> None:
    """Writes only what changed, so that make rebuilds only what uses it."""
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{path.name}.new") # whoever reads meanwhile has the old one, or this
    whole.write_text(text)
    whole.replace(path)


def number(symbol: kconfiglib.Symbol) -> str:
    """The value as Kconfig understands it: 010 is ten, where C++ would read eight."""
    return str(int(symbol.str_value, 16 if symbol.type == kconfiglib.HEX else 10))


def cxx_value(symbol: kconfiglib.Symbol) -> str:
    name = symbol.name.lower()
    if symbol.type in (kconfiglib.INT, kconfiglib.HEX):
        return f"constexpr unsigned long {name} = {number(symbol)};"
    if symbol.type == kconfiglib.STRING:
        return f"constexpr std::string_view {name} = \"{kconfiglib.escape(symbol.str_value)}\";"
    return f"constexpr bool {name} = {str(symbol.tri_value == 2).lower()};"


def write_headers(kconf: kconfiglib.Kconfig, out: Path) -> None:
    """One header for each value: a change rebuilds what includes it and nothing else."""
    for symbol in kconf.unique_defined_syms:
        if symbol.type in (kconfiglib.INT, kconfiglib.HEX) and not symbol.str_value:
            continue # what it depends on is off: who asks for it does not compile
        name = symbol.name.lower()
        write(out / "include/config" / f"{name}.hpp",
              "#pragma once\n#include <string_view>\nnamespace neuron::config {\n"
              f"inline {cxx_value(symbol)}\n}}\n")
        if symbol.type in (kconfiglib.INT, kconfiglib.HEX): # for assembly
            write(out / "include/config" / f"{name}.h",
                  f"#define CONFIG_{symbol.name} {number(symbol)}\n")


# The kernel's values that libraries need, too.
SHARED = ("MAX_CPUS", "STACK_SHIFT", "TASK_STACKS", "LARGE_STACKS", "LARGE_STACK_SHIFT")


def write_values(enabled: list[units.Unit], kconf: kconfiglib.Kconfig, out: Path) -> None:
    """The values of the libraries, and some of the kernel's, for the features' parameters."""
    folders = {str(unit.folder) for unit in enabled if unit.is_library}
    keys = {unit.key for unit in enabled}
    rows = [f"    static {cxx_value(symbol)}\n" for symbol in kconf.unique_defined_syms
            if symbol.type in (kconfiglib.INT, kconfiglib.HEX, kconfiglib.BOOL) and symbol.str_value
            and (symbol.name in SHARED or symbol.name not in keys
                 and str(Path(symbol.nodes[0].filename).parent) in folders)]
    write(out / "include/config/values.hpp",
          "#pragma once\nnamespace neuron::config {\nstruct Values {\n" + "".join(rows) + "};\n}\n")


def features_beside(folder: str, inner: str, enabled: list[units.Unit]) -> list[tuple[str, str]]:
    return [(str(file.absolute()), f"{unit.namespace}::{inner}") for unit in enabled
            if (file := unit.folder / folder / "feature.hpp").is_file()]


def features(enabled: list[units.Unit], app: units.Unit) -> list[tuple[str, str]]:
    """Header and namespace of each feature: of the chosen libraries, lowest first, of their
    selftests, of their benchmarks if the app declares bench, and of the app."""
    found = [(f"neuron/{unit.name}/feature.hpp", unit.namespace) for unit in enabled
             if (unit.include() / "neuron" / unit.name / "feature.hpp").is_file()]
    if any(unit.key == "SELFTEST" for unit in enabled):
        found += features_beside("selftest", "selftests", enabled)
    if "BENCH" in app.edges:
        found += features_beside("bench", "benches", enabled)
    if (file := app.folder / "feature.hpp").is_file():
        found.append((str(file.absolute()), app.namespace))
    return found


def write_features(enabled: list[units.Unit], app: units.Unit, out: Path) -> None:
    """What adds to the system."""
    chosen = features(enabled, app)
    includes = "".join(f"#include <{header}>\n" for header, _ in chosen)
    types = ", ".join(f"{namespace}::Feature<Values>" for _, namespace in chosen)
    write(out / "include/config/features.hpp",
          f"#pragma once\n#include <config/values.hpp>\n{includes}namespace neuron::config {{\n"
          f"template <template <class...> class List>\nusing FeatureList = List<{types}>;\n}}\n")


def write_visitor(enabled: list[units.Unit], out: Path, kind: str, kinds: str) -> None:
    """What the chosen libraries bring in KIND/KIND.hpp for an app to run, in the same order."""
    chosen = [unit for unit in enabled if (unit.folder / kind / f"{kind}.hpp").is_file()]
    includes = "".join(f"#include <{(unit.folder / kind / f'{kind}.hpp').absolute()}>\n"
                       for unit in chosen)
    rows = "".join(f"    visit(\"{unit.name}\", &{unit.namespace}::run_{kinds}<System>);\n"
                   for unit in chosen)
    write(out / f"include/config/{kinds}.hpp",
          f"#pragma once\n{includes}#include <neuron/app.hpp>\nnamespace neuron::config {{\n"
          f"template <class Visit>\nvoid for_each_{kind}(Visit visit) {{\n{rows}}}\n}}\n")


def generate(config: Path, out: Path) -> None:
    kconf, app = choose_app(config)
    everything = units.read(kconf)
    units.check_edges(everything)
    enabled = [unit for unit in everything if unit.symbol.tri_value == 2 and not unit.is_app]
    app_unit = next(unit for unit in everything if unit.folder == app)
    platform = next(unit for unit in enabled if unit.folder.parts[0] == "plat")

    lines = [f"CONFIG_{s.name} := {number(s) if s.type == kconfiglib.INT else s.str_value}"
             for s in kconf.unique_defined_syms
             if s.str_value not in ("", "n")]
    lines += [f"UNITS := {' '.join(unit.key for unit in enabled)}",
              f"APP_UNIT := {app_unit.key}", f"APP_DIR := {app_unit.folder}",
              f"APP_NAME := {app_unit.name}", f"PLATFORM_DIR := {platform.folder}"]
    lines += units.make_variables(everything)
    write_headers(kconf, out)
    write(out / "include/config/platform.hpp",
          "#pragma once\n#include <string_view>\nnamespace neuron::config {\n"
          f"inline constexpr std::string_view platform_name = \"{platform.name}\";\n}}\n")
    write_values(enabled, kconf, out)
    write_features(enabled, app_unit, out)
    write_visitor(enabled, out, "selftest", "selftests")
    write_visitor(enabled, out, "bench", "benches")
    write(out / "auto.mk", "\n".join(lines) + "\n")
    (out / "auto.mk").touch() # newer than its sources, so that make is content


def check(config: Path) -> None:
    kconf, app = choose_app(config)
    everything = units.read(kconf)
    units.check_includes([unit for unit in everything if unit.symbol.tri_value == 2
                          and (not unit.is_app or unit.folder == app)],
                         everything)


def list_units(out: Path) -> None:
    """The rooms and their edges alone, for host tests, which need no configuration."""
    everything = units.read(read(None))
    write(out / "units.mk", "\n".join(units.make_variables(everything)) + "\n")
    (out / "units.mk").touch()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=("generate", "check", "units"))
    parser.add_argument("--config", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    try:
        if options.command == "units":
            list_units(options.out)
        elif options.command == "check":
            check(options.config)
        else:
            generate(options.config, options.out)
    except (Refused, kconfiglib.KconfigError) as refusal:
        sentence = next(line for line in str(refusal).splitlines() if line.strip())
        print(f"config: {sentence.strip()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
