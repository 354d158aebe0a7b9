# SPDX-License-Identifier: MIT
"""What can't be a library or an app outside the tree is refused in one line that says why."""
import shutil

import pytest
from harness import TOP, Configuration

SIGNS = "a path has letters, digits and / . _ + @ , - only, no space, no colon"


@pytest.fixture
def made(tmp_path):
    """A configuration that builds nothing, and a library and an app to be spoilt."""
    configuration = Configuration(tmp_path / "out")
    assert configuration.make("qemu-virt_defconfig").status == 0
    for name in ("average", "stats"):
        shutil.copytree(TOP / "examples" / name, tmp_path / name)
    return configuration


def library(folder, name: str, kconfig: str | None) -> str:
    (folder / name).mkdir(parents=True)
    if kconfig is not None:
        (folder / name / "Kconfig").write_text(kconfig)
    return str(folder / name)


def refused(made, said: str, *words: str) -> None:
    for goal in ("image", "olddefconfig"):
        outcome = made.make("-n" if goal == "image" else "-s", goal, *words)
        assert outcome.status != 0, outcome.text
        kept = [line for line in outcome.err.splitlines() if line.startswith("config: ")]
        assert len(kept) == 1 and kept[0].startswith(f"config: {said}"), outcome.text
        assert "Traceback" not in outcome.text


@pytest.mark.parametrize("name, kconfig, said", [
    ("nothing", None, "no Kconfig in it"),
    ("bare", "# none\n", "{}/Kconfig must begin with config BARE"),
    ("other", 'config ANOTHER\n\tbool "other: x"\n', "{}/Kconfig must begin with config OTHER"),
    ("Large", 'config LARGE\n\tbool "large: x"\n', "a library's folder is named by a small letter"),
    ("smp", 'config SMP2\n\tbool "smp: x"\n', "the tree has lib/smp already"),
    ("kernel", 'config KERNEL2\n\tbool "kernel: x"\n', "the tree has kernel already"),
    ("mine", 'config MINE\n\tbool "mine: x"\nconfig SMP\n\tdefault n\n',
     "SMP is defined in lib/smp/Kconfig"),
    ("mine", 'config MINE\n\tbool "mine: x"\nchoice APP\nconfig APP_MINE\n\tbool "x"\nendchoice\n',
     "APP is defined in apps/Kconfig"),
    ("my lib", 'config MY_LIB\n\tbool "my lib: x"\n', f"make can't build there: {SIGNS}"),
    ("a$$b", 'config AB\n\tbool "ab: x"\n', f"make can't build there: {SIGNS}"),
    ("a'b", 'config AB\n\tbool "ab: x"\n', f"make can't build there: {SIGNS}"),
])
def test_folder_that_is_no_library(made, tmp_path, name, kconfig, said):
    folder = library(tmp_path / "wrong", name, kconfig)
    there = folder.replace("$$", "$")
    shutil.move(folder, there)
    refused(made, f"L={there}: {said.format(there)}", f"L={folder}")


def test_folder_that_is_not_there(made, tmp_path):
    refused(made, f"L={tmp_path}/nonesuch: no such folder", f"L={tmp_path}/stats:{tmp_path}/nonesuch")
    library(tmp_path, "a:b", 'config AB\n\tbool "ab: x"\n')
    refused(made, f"L={tmp_path}/a: no such folder (a colon stands between two)", f"L={tmp_path}/a:b")


def test_two_libraries_of_one_name(made, tmp_path):
    shutil.copytree(tmp_path / "stats", tmp_path / "other/stats")
    for second in (tmp_path / "other/stats", tmp_path / "stats"):
        refused(made, f"L={second}: {tmp_path}/stats is called stats too: name one of them",
                f"L={tmp_path}/stats:{second}")


def test_kconfig_that_is_none(made, tmp_path):
    folder = library(tmp_path, "mine", 'config MINE\n\tnonsense\n')
    refused(made, f"{folder}/Kconfig:2: error: couldn't parse 'nonsense'", f"L={folder}")


def test_library_that_stands_on_hardware(made, tmp_path):
    folder = library(tmp_path, "mine", 'config MINE\n\tbool "mine: x"\n\tselect ARCH_RISCV64\n'
                                       "\tdefault y\n")
    outcome = made.make("-n", "image", f"L={folder}")
    assert outcome.status != 0
    assert f"config: {folder}/Kconfig: a library can't stand on arch/riscv64" in outcome.err


def test_header_in_the_name_of_another(made, tmp_path):
    header = tmp_path / "stats/include/neuron/core/ids.hpp"
    header.parent.mkdir()
    header.write_text("#pragma once\n")
    outcome = made.make(f"{made.folder}/generated/includes-checked", "print-libs",
                        f"A={tmp_path}/average", f"L={tmp_path}/stats")
    assert outcome.status != 0
    there = header.parent.parent.parent
    assert f"config: {header}: it belongs into {there}/neuron/stats\n" in outcome.err, outcome.text


@pytest.mark.parametrize("lines, said", [
    ("STATS_SRCS-y += src/gone.cpp", "STATS_SRCS-y names {0}/src/gone.cpp, which is not there"),
    ("STATS_SRCS-y += ../average/main.cpp", "STATS_SRCS-y names {0}/../average/main.cpp, which"),
    ("STATS_SRCS-y += Kconfig", "STATS_SRCS-y names {0}/Kconfig, which is not there, or neither a"),
    (None, "{0}/lib.mk: it must begin with $(eval $(call addlib,NAME))"),
    ("$(eval $(call addlib,statistics))", "addlib,statistics: its Kconfig defines no STATISTICS"),
    ("$(eval $(call addlib,core))", "addlib,core: its Kconfig defines no CORE"),
])
def test_fragment_that_says_what_is_not_so(made, tmp_path, lines, said):
    fragment = tmp_path / "stats/lib.mk"
    fragment.write_text(fragment.read_text() + f"{lines}\n" if lines else "# nothing\n")
    outcome = made.make("-n", "image", f"A={tmp_path}/average", f"L={tmp_path}/stats")
    assert outcome.status != 0 and said.format(tmp_path / "stats") in outcome.err, outcome.text
    assert len(outcome.err.splitlines()) == 1, outcome.text


def test_sources_below_the_base_and_flags_of_the_library_alone(made, tmp_path):
    fragment = tmp_path / "stats/lib.mk"
    words = (f"A={tmp_path}/average", f"L={tmp_path}/stats")
    fragment.write_text("$(eval $(call addlib,stats))\nSTATS_SRCS-y += $(STATS_BASE)/src/mean.cpp\n"
                        "STATS_CXXFLAGS-y += -DONLY_HERE\n")
    shown = made.make("-n", "image", *words)
    assert shown.status == 0 and shown.out.count("-DONLY_HERE") == 1, shown.text
    assert f"-c {tmp_path}/stats/src/mean.cpp -o {made.folder}/lib/stats/" in " ".join(
        shown.out.split())


def test_symbol_and_fragment_may_change_together(made, tmp_path):
    words = ("-n", "image", f"A={tmp_path}/average", f"L={tmp_path}/stats")
    assert made.make(*words).status == 0
    for name, old, new in (("Kconfig", "APP_AVERAGE", "APP_MEAN"), ("app.mk", "APP_AVERAGE", "APP_MEAN"),
                           ("app.mk", "app-average", "app-mean")):
        file = tmp_path / "average" / name
        file.write_text(file.read_text().replace(old, new))
    outcome = made.make(*words)
    assert outcome.status == 0, outcome.text


@pytest.mark.parametrize("name", ["my app", "a:b"])
def test_app_where_make_can_not_build(made, tmp_path, name):
    shutil.copytree(tmp_path / "average", tmp_path / name)
    refused(made, f"A={tmp_path}/{name}: make can't build there: {SIGNS}", f"A={tmp_path}/{name}",
            f"L={tmp_path}/stats")


def test_app_without_its_library(made, tmp_path):
    outcome = made.make("-n", "image", f"A={tmp_path}/average")
    assert outcome.status != 0
    assert (f"config: A={tmp_path}/average: needs CONFIG_STATS (no such symbol here; L= or A= may be "
            "missing): run make menuconfig") in outcome.err, outcome.text
    with open(made.folder / ".config", "a", encoding="utf-8") as file:
        file.write("# CONFIG_STATS is not set\n")
    outcome = made.make("-n", "image", f"A={tmp_path}/average", f"L={tmp_path}/stats")
    assert outcome.status != 0
    assert f"config: A={tmp_path}/average: needs CONFIG_STATS: run" in outcome.err, outcome.text


def test_saved_with_a_library_and_built_without(made, tmp_path):
    kconfig = tmp_path / "stats/Kconfig"
    kconfig.write_text(kconfig.read_text() + '\nconfig STATS_MOST\n\tint "stats: most values"\n'
                                             "\tdepends on STATS\n\trange 1 9\n\tdefault 3\n")
    with_it = (f"L={tmp_path}/stats",)
    assert made.make("olddefconfig", *with_it).status == 0
    assert made.make("-n", "image", *with_it).status == 0
    outcome = made.make("-n", "image")
    assert outcome.status != 0
    assert (f"config: {made.folder}/.config: CONFIG_STATS=y, CONFIG_STATS_MOST=3: no such symbol here; "
            "L= or A= may be missing: run make olddefconfig") in outcome.err, outcome.text
    saved = made.folder / ".config"
    saved.write_text(saved.read_text().replace("STATS_MOST=3", "STATS_MOST=10"))
    outcome = made.make("-n", "image", *with_it)
    assert outcome.status != 0 and "CONFIG_STATS_MOST=10: it is outside 1 to 9" in outcome.err
    outcome = made.make("olddefconfig")
    assert "config: dropped CONFIG_STATS=y: no such symbol here; L= or A= may be missing\n" in outcome.out
    assert made.make("-n", "image").status == 0


def test_what_was_saved_switched_off_is_not_missed(made, tmp_path):
    """As is an app that was there when the configuration was made, and that another A= replaces."""
    words = (f"A={tmp_path}/average", f"L={tmp_path}/stats")
    with open(made.folder / ".config", "a", encoding="utf-8") as file:
        file.write("# CONFIG_STATS is not set\n")
    assert made.make("olddefconfig", *words).status == 0
    text = (made.folder / ".config").read_text()
    assert "# CONFIG_STATS is not set\n" in text
    assert made.make("-n", "image").status == 0
    outcome = made.make("olddefconfig")
    assert "config: dropped CONFIG_STATS=n: no such symbol here; L= or A= may be missing\n" in outcome.out
