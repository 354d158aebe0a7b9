# SPDX-License-Identifier: MIT
"""Configurations: the default one, wrong ones, and what leaving things out leaves out."""
import re

import pytest
from harness import TOP, Configuration, command


def sections(configuration, app) -> dict[str, int]:
    elf = configuration.app(app) / "image.elf"
    listing = command("riscv64-linux-gnu-size", "-A", str(elf)).out
    return {name: int(size) for name, size in re.findall(r"^(\.\w+)\s+(\d+)", listing, re.M)}


def symbols(configuration, app) -> str:
    return command("riscv64-linux-gnu-nm", "-C", str(configuration.app(app) / "image.dbg")).out


def test_missing_configuration_takes_the_default_and_says_so(tmp_path):
    outcome = Configuration(tmp_path).make("A=hello", "image")
    assert outcome.status == 0, outcome.text
    said = [line for line in outcome.out.splitlines() if line.startswith("config:")]
    assert said == [f"config: no {tmp_path}/.config yet: taking qemu-virt_defconfig"]
    again = Configuration(tmp_path).make("A=hello", "image")
    assert "config:" not in again.out


@pytest.mark.parametrize("line, said", [
    ("CONFIG_NONESUCH=y", "NONESUCH"),
    ("CONFIG_MAX_CPUS=0", "CONFIG_MAX_CPUS=0 is outside 1 to 128"),
    ("CONFIG_MAX_CPUS=129", "CONFIG_MAX_CPUS=129 is outside 1 to 128"),
    ("CONFIG_MAX_CPUS=many", "MAX_CPUS"),
    ("CONFIG_STACK_SHIFT=30", "CONFIG_STACK_SHIFT=30 is outside 13 to 20"),
    ("CONFIG_SYMTAB=maybe", "SYMTAB"),
    ("complete nonsense", "complete nonsense"),
])
def test_wrong_line_stops_with_the_symbols_name(tmp_path, line, said):
    configuration = Configuration(tmp_path)
    assert configuration.make("qemu-virt_defconfig").status == 0
    with open(tmp_path / ".config", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    outcome = configuration.make("A=hello", "image")
    assert outcome.status != 0
    assert len([each for each in outcome.text.splitlines()
                if each.startswith("config: ") and said in each]) == 1, outcome.text
    assert "Traceback" not in outcome.text


def test_app_whose_needs_are_off_names_them(configuration):
    outcome = configuration("minimal").make("A=wordcount", "image")
    assert outcome.status != 0
    assert "config: A=wordcount: needs CONFIG_SMP" in outcome.err, outcome.text


def test_unknown_defconfig(tmp_path):
    outcome = Configuration(tmp_path).make("nonesuch_defconfig")
    assert outcome.status != 0
    assert "config: nonesuch_defconfig: no such default configuration (there are: " in outcome.err


def test_every_defconfig_builds_its_app_and_boots(configuration):
    names = sorted(path.name.removesuffix("_defconfig") for path in (TOP / "config").iterdir())
    assert len(names) >= 3
    for name in names:
        outcome = configuration(name).make("run", "SMP=1")
        assert outcome.status == 0, outcome.text


def test_minimal_image_is_under_16_kib(configuration):
    size = sections(configuration("minimal"), "hello")
    assert size[".text"] + size[".rodata"] < 16 * 1024, size


def test_what_is_left_out_leaves_no_symbol(configuration):
    minimal = symbols(configuration("minimal"), "hello")
    everything = symbols(configuration(), "selftest")
    for library in ("smp", "selftest", "symtab"):
        assert f"neuron::{library}::" in everything
        assert f"neuron::{library}::" not in minimal


def test_image_without_smp_says_that_it_holds_one_cpu(configuration):
    outcome = configuration("minimal").make("run", "SMP=2")
    assert outcome.status != 0
    assert "this image holds one CPU (CONFIG_SMP is off)" in outcome.err
