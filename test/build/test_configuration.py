# SPDX-License-Identifier: MIT
"""Configurations: the default one, wrong ones, and what leaving things out leaves out."""
import re

import pytest
from harness import TOP, Configuration, command, copy_sources


def sections(configuration, app) -> dict[str, int]:
    elf = configuration.app(app) / "image.elf"
    listing = command("riscv64-linux-gnu-size", "-A", str(elf)).out
    return {name: int(size) for name, size in re.findall(r"^(\.\w+)\s+(\d+)", listing, re.M)}


def symbols(configuration, app) -> str:
    return command("riscv64-linux-gnu-nm", "-C", str(configuration.app(app) / "image.dbg")).out


def test_missing_configuration_takes_the_default_and_says_so(tmp_path):
    outcome = Configuration(tmp_path).make("-n", "A=hello", "image")
    assert outcome.status == 0, outcome.text
    said = [line for line in outcome.out.splitlines() if line.startswith("config:")]
    assert said == [f"config: no {tmp_path}/.config yet: taking qemu-virt_defconfig"]
    again = Configuration(tmp_path).make("-n", "A=hello", "image")
    assert "config:" not in again.out


@pytest.mark.parametrize("line, said", [
    ("CONFIG_NONESUCH=y", "CONFIG_NONESUCH=y: no such symbol"),
    ("CONFIG_MAX_CPUS=0", "CONFIG_MAX_CPUS=0: it is outside 1 to 128"),
    ("CONFIG_MAX_CPUS=129", "CONFIG_MAX_CPUS=129: it is outside 1 to 128"),
    ("CONFIG_MAX_CPUS=many", "MAX_CPUS"),
    ("CONFIG_STACK_SHIFT=30", "CONFIG_STACK_SHIFT=30: it is outside 14 to 20"),
    ("CONFIG_SYMTAB=maybe", "SYMTAB"),
    ("# CONFIG_SMP is not set", "CONFIG_MAX_CPUS=8: it needs CONFIG_SMP: run make olddefconfig"),
    ("complete nonsense", "complete nonsense"),
])
def test_wrong_line_stops_with_the_symbols_name(tmp_path, line, said):
    configuration = Configuration(tmp_path)
    assert configuration.make("qemu-virt_defconfig").status == 0
    with open(tmp_path / ".config", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    refused(configuration.make("A=hello", "image"), said)


def refused(outcome, said: str) -> None:
    assert outcome.status != 0
    assert len([each for each in outcome.text.splitlines()
                if each.startswith("config: ") and said in each]) == 1, outcome.text
    assert "Traceback" not in outcome.text


def test_chosen_app_whose_needs_are_off_stops_with_its_symbol(configuration):
    refused(configuration("minimal", "CONFIG_APP_WORDCOUNT=y").make("A=hello", "image"),
            "CONFIG_APP_WORDCOUNT=y: it needs CONFIG_SMP")


def test_app_whose_needs_are_off_names_them(configuration):
    outcome = configuration("minimal").make("A=wordcount", "image")
    assert outcome.status != 0
    assert "config: A=wordcount: needs CONFIG_SMP" in outcome.err, outcome.text


def test_copied_app_is_told_to_take_a_symbol_of_its_own(tmp_path, configuration):
    assert command("cp", "-r", str(TOP / "apps/hello"), str(tmp_path / "mine")).status == 0
    outcome = configuration().make(f"A={tmp_path}/mine", "image")
    assert outcome.status != 0 and "defines no symbol of its own" in outcome.err, outcome.text
    kconfig = tmp_path / "mine/Kconfig"
    kconfig.write_text(kconfig.read_text().replace("APP_HELLO", "APP_MINE"))
    fragment = tmp_path / "mine/app.mk"
    fragment.write_text("$(eval $(call addlib,app-mine))\nAPP_MINE_SRCS-y += main.cpp\n")
    outcome = configuration().make("run", f"A={tmp_path}/mine", "SMP=2")
    assert outcome.status == 0 and "Hello from CPU 0 of 2" in outcome.out, outcome.text


def test_thread_local_does_not_link(tmp_path, configuration):
    """tp is the per-CPU block: a thread_local variable would lie on top of it."""
    (tmp_path / "Kconfig").write_text('config APP_TLS\n\tbool "tls: refused"\n\tdepends on KERNEL\n')
    (tmp_path / "app.mk").write_text("$(eval $(call addlib,app-tls))\nAPP_TLS_SRCS-y += main.cpp\n")
    (tmp_path / "main.cpp").write_text("thread_local int mine = 1;\n"
                                       "int main() { return ++mine; }\n")
    outcome = configuration().make(f"A={tmp_path}", "image")
    assert outcome.status != 0
    assert "thread_local is not supported: tp is the per-CPU block" in outcome.err, outcome.text


def test_number_of_an_app_that_is_not_chosen(tmp_path):
    """An int whose dependencies are off has no value; that is no error of the others."""
    top = copy_sources(tmp_path / "tree")
    with open(top / "apps/hello/Kconfig", "a", encoding="utf-8") as file:
        file.write('\nconfig HELLO_COUNT\n\tint "count"\n\tdefault 5\n\tdepends on APP_HELLO\n')
    for app in ("wordcount", "hello"):
        outcome = command("make", "-n", f"A={app}", "image", cwd=top)
        assert outcome.status == 0, outcome.text


def test_numbers_are_decimal(tmp_path):
    configuration = Configuration(tmp_path)
    assert configuration.make("hello_defconfig").status == 0
    with open(tmp_path / ".config", "a", encoding="utf-8") as file:
        file.write("CONFIG_MAX_CPUS=010\n")
    assert configuration.make("-n", "image").status == 0
    header = (tmp_path / "generated/include/config/max_cpus.hpp").read_text(encoding="utf-8")
    assert " = 10;" in header, header


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
