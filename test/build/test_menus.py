# SPDX-License-Identifier: MIT
"""menuconfig, oldconfig and guiconfig as a person uses them: on a terminal, key by key."""
import os
import re
import shutil
import sys

import menu_picture
import pytest
from harness import TOP, Configuration, command
from terminal import Terminal

READY = r"\[D\] Save minimal config \(advanced\)$"


@pytest.fixture
def made(tmp_path):
    return Configuration(tmp_path)


def config(made) -> str:
    return (made.folder / ".config").read_text(encoding="utf-8")


def on_terminal(made, goal: str, term: str = "vt100") -> Terminal:
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return Terminal(["make", "--no-print-directory", f"C={made.folder}/.config", goal], TOP,
                    env | {"PYTHON": sys.executable}, term)


def names_in_image(made) -> str:
    image = made.app("hello") / "image.dbg"
    return command("riscv64-linux-gnu-nm", "-C", str(image)).out


def toggle(made, name: str, before: str, after: str) -> None:
    """Searches for the feature, switches it, saves, leaves."""
    prompt = rf" {name}: "
    with on_terminal(made, "menuconfig") as terminal:
        terminal.until(READY)
        terminal.press(f"/^{name}:")
        terminal.until(rf'^{name.upper()}\(=[yn]\) "{name}: ')
        terminal.press("\n")
        terminal.until(rf"^\[{before}\]{prompt}")
        terminal.until(READY)
        terminal.press(" ")
        terminal.until(rf"^\[{after}\]{prompt}")
        terminal.press("s")
        terminal.until("Filename to save configuration to")
        terminal.press("\n")
        terminal.until("Configuration saved to")
        terminal.press("\n")
        terminal.until(READY)
        terminal.press("q") # nothing is left to save: it asks nothing
        assert terminal.ended() == 0


def test_a_feature_comes_and_goes_in_the_menu(made):
    """Searched for, switched, saved: the next build has it, or has not."""
    assert made.make("hello_defconfig").status == 0
    toggle(made, "symtab", " ", r"\*")
    assert "CONFIG_SYMTAB=y" in config(made)
    assert "neuron::symtab::" in names_in_image(made)
    toggle(made, "symtab", r"\*", " ")
    assert "# CONFIG_SYMTAB is not set" in config(made)
    assert "neuron::symtab::" not in names_in_image(made)


def test_leaving_without_saving_changes_nothing(made):
    assert made.make("defconfig").status == 0
    before = config(made)
    with on_terminal(made, "menuconfig") as terminal:
        terminal.until(READY)
        terminal.press("/^defer:")
        terminal.until(r"^DEFER\(=y\)")
        terminal.press("\n")
        terminal.until(READY)
        terminal.press(" ")
        terminal.until(r"^\[ \] defer: ")
        terminal.press("q")
        terminal.until("Save configuration\\?")
        terminal.press("n")
        assert terminal.ended() == 0
    assert config(made) == before


def test_first_menu_starts_from_the_default(made):
    with on_terminal(made, "menuconfig") as terminal:
        terminal.until(r"^\[\*\] audit: ")
        terminal.until(READY)
        terminal.press("q")
        assert terminal.ended() == 0
    assert "CONFIG_SMP=y" in config(made)


def test_menu_says_what_it_drops_and_resolves_it(made):
    assert made.make("defconfig").status == 0
    (made.folder / ".config").write_text(config(made).replace("CONFIG_VM=y", "# CONFIG_VM is not set"))
    with on_terminal(made, "menuconfig") as terminal:
        terminal.until_said("config: drops CONFIG_VM_TABLES=16: it needs CONFIG_VM")
        terminal.until(READY)
        terminal.press("q")
        terminal.until("Save configuration\\?")
        terminal.press("y")
        assert terminal.ended() == 0
    assert "VM_TABLES" not in config(made) and made.make("-n", "image").status == 0


def test_oldconfig_asks_for_what_is_new(made):
    assert made.make("defconfig").status == 0
    whole = config(made)
    (made.folder / ".config").write_text(re.sub(".*CONFIG_(SYMTAB|DEFER_CAPACITY).*\n", "", whole))
    with on_terminal(made, "oldconfig") as terminal:
        terminal.until(r"\(DEFER_CAPACITY, (.|\n)*\[16\]")
        terminal.press("17\n")
        terminal.until(r"\(SYMTAB, (.|\n)*\[N/y\]")
        terminal.press("\n")
        assert terminal.ended() == 0
    assert "CONFIG_DEFER_CAPACITY=17" in config(made) and "# CONFIG_SYMTAB is not set" in config(made)


def test_oldconfig_that_is_cut_off_writes_nothing(made):
    assert made.make("defconfig").status == 0
    short = config(made).replace("CONFIG_SYMTAB=y\n", "")
    (made.folder / ".config").write_text(short)
    outcome = made.make("oldconfig")
    assert outcome.status != 0, outcome.text
    assert "config: oldconfig was cut off: nothing was written\n" in outcome.err
    assert config(made) == short


def test_menu_without_a_terminal(made):
    outcome = made.make("menuconfig")
    assert outcome.status != 0 and "config: menuconfig needs a terminal\n" in outcome.err, outcome.text


def test_menu_on_a_terminal_that_nobody_knows(made):
    with on_terminal(made, "menuconfig", "nonesuch") as terminal:
        terminal.until_said("config: menuconfig: setupterm: could not find terminal")
        assert terminal.ended() != 0
        assert "Traceback" not in terminal.screen.text()


@pytest.mark.parametrize("module, text, said", [
    ("tkinter", "raise ModuleNotFoundError(name='tkinter')",
     "config: guiconfig needs tkinter: apt-get install python3-tk\n"),
    ("guiconfig", "class TclError(Exception): pass\n"
                  "def menuconfig(kconf): raise TclError('no display name')",
     "config: guiconfig: no display name\n"),
])
def test_window_that_can_not_open(made, tmp_path, module, text, said):
    (tmp_path / f"{module}.py").write_text(text + "\n")
    outcome = made.make("guiconfig", env={"PYTHONPATH": str(tmp_path)})
    assert outcome.status != 0 and said in outcome.err, outcome.text
    assert "Traceback" not in outcome.text


def test_window_gets_the_configuration(made, tmp_path):
    """A window that answers at once: python3-tk is no dependency."""
    (tmp_path / "guiconfig.py").write_text(
        "from kconfiglib import standard_config_filename\n"
        "def menuconfig(kconf):\n"
        "    kconf.syms['SMP'].set_value(0)\n"
        "    kconf.write_config(standard_config_filename())\n")
    outcome = made.make("guiconfig", env={"PYTHONPATH": str(tmp_path)})
    assert outcome.status == 0 and "# CONFIG_SMP is not set" in config(made), outcome.text


def test_picture_is_current(tmp_path, monkeypatch):
    monkeypatch.chdir(TOP)
    page = tmp_path / "menuconfig.md"
    shutil.copy(TOP / "docs/menuconfig.md", page)
    monkeypatch.setattr(sys, "argv", ["menu_picture.py", str(page)])
    menu_picture.main()
    assert page.read_text() == (TOP / "docs/menuconfig.md").read_text(), "run make menu-picture"
