# SPDX-License-Identifier: MIT
"""The goals that make configurations: each writes one that builds, or says why not and writes none."""
import re

import pytest
from harness import Configuration


@pytest.fixture
def made(tmp_path):
    """A configuration that is not there yet."""
    return Configuration(tmp_path)


def config(made) -> str:
    return (made.folder / ".config").read_text(encoding="utf-8")


def accepted(made) -> bool:
    """Whether a build would take it: the generated files are made, nothing is compiled."""
    outcome = made.make("-n", "image")
    return outcome.status == 0


@pytest.mark.parametrize("goal, has, has_not", [
    ("defconfig", "CONFIG_SMP=y", "CONFIG_NONE"),
    ("allnoconfig", "# CONFIG_SMP is not set", "CONFIG_VM=y"),
    ("allyesconfig", "CONFIG_OPTIMIZE_FOR_SIZE=y", "# CONFIG_BENCH is not set"),
])
def test_whole_configurations(made, goal, has, has_not):
    assert made.make(goal).status == 0
    assert has in config(made) and has_not not in config(made)
    assert "CONFIG_APP_" in config(made) and "CONFIG_PLAT_QEMU_VIRT=y" in config(made)
    assert accepted(made)


def test_random_configurations_repeat_by_their_seed(made):
    seen = set()
    for seed in (1, 2, 3, 1):
        outcome = made.make("randconfig", f"SEED={seed}")
        assert outcome.status == 0 and f"config: randconfig SEED={seed}\n" in outcome.out
        seen.add(config(made))
        assert accepted(made)
    assert len(seen) == 3
    told = re.search(r"SEED=(\d+)", made.make("randconfig").out)
    by_itself = config(made)
    assert made.make("randconfig", f"SEED={told[1]}").status == 0 and config(made) == by_itself


def test_saved_configurations_come_back(made):
    assert made.make("minimal_defconfig").status == 0
    whole = config(made)
    saved = made.folder / "saved"
    assert made.make("savedefconfig", f"DEFCONFIG={saved}").status == 0
    lines = saved.read_text().splitlines()
    assert "# CONFIG_SMP is not set" in lines and len(lines) < 12
    (made.folder / ".config").write_text(saved.read_text())
    assert made.make("olddefconfig").status == 0 and config(made) == whole


def test_olddefconfig_says_what_it_drops_and_adds(made):
    assert made.make("defconfig").status == 0
    text = config(made).replace("CONFIG_VM=y", "# CONFIG_VM is not set")
    (made.folder / ".config").write_text(text + "CONFIG_NOPE=y\nCONFIG_STACK_SHIFT=99\n")
    refused = made.make("-n", "image")
    assert refused.status != 0 and "run make olddefconfig" in refused.err, refused.text
    assert len([line for line in refused.err.splitlines() if line.startswith("config:")]) == 1
    outcome = made.make("olddefconfig")
    assert outcome.status == 0, outcome.text
    for said in (r"dropped: \S+: attempt to assign the value 'y' to the undefined symbol NOPE",
                 r"dropped: \S+: CONFIG_VM_TABLES=16 does not hold \(it is off; it needs VM\)",
                 r"dropped: \S+: CONFIG_STACK_SHIFT=99 is outside 14 to 20",
                 r"\S+: new: CONFIG_CANARY=y"):
        assert re.search(rf"^{said}$", outcome.out, re.M), outcome.out
    assert accepted(made) and "NOPE" not in config(made)


def test_listnewconfig_names_what_the_file_does_not(made):
    assert made.make("defconfig").status == 0
    assert made.make("listnewconfig").out == ""
    (made.folder / ".config").write_text(config(made).replace("CONFIG_SYMTAB=y\n", ""))
    assert re.fullmatch(r"CONFIG_SYMTAB=[yn]\n", made.make("listnewconfig").out)


def test_list_defconfigs(made):
    names = made.make("list-defconfigs").out.split()
    assert "qemu-virt_defconfig" in names and names == sorted(names)
    assert made.make("help").out.count("_defconfig") >= 1


@pytest.mark.parametrize("words, said", [
    (("randconfig", "SEED=x"), "config: SEED=x: a number is wanted"),
    (("olddefconfig",), "no such configuration: run make defconfig"),
    (("savedefconfig", "DEFCONFIG=/tmp"), "config: "),
    (("nonesuch_defconfig",), "nonesuch_defconfig: no such default configuration"),
])
def test_wrong_words_write_nothing(made, words, said):
    outcome = made.make(*words)
    assert outcome.status != 0 and said in outcome.err, outcome.text
    assert not (made.folder / ".config").exists()


def test_every_goal_is_in_the_help(made):
    shown = made.make("help").out
    for goal in ("menuconfig", "guiconfig", "oldconfig", "olddefconfig", "defconfig", "savedefconfig",
                 "allnoconfig", "allyesconfig", "randconfig", "listnewconfig", "list-defconfigs"):
        assert re.search(rf"^ +\*?{goal} +\S", shown, re.M), goal
