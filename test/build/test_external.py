# SPDX-License-Identifier: MIT
"""An app and a library outside the tree: the examples, copied away, are built and booted there; the
rules and the goals know them as they know what is inside; left out, they leave nothing."""
import json
import os
import re
import shutil
import sys

import pytest
from expectations import Expectations
from harness import BUILD, TOP, Configuration, command, copy_sources
from terminal import Terminal

TOLD = "1000 values on {} CPUs: mean 500.500\n"
PAGE = TOP / "docs/first-app.md"


class Outside:
    """The examples in a folder of their own, with a build folder that all these tests share."""

    def __init__(self, folder):
        self.folder = folder
        self.app, self.library = folder / "average", folder / "stats"
        self.built = Configuration(BUILD / "test/external", always=("DEBUG_INFO=1",)) # names files
        for path in (self.app, self.library):
            shutil.copytree(TOP / "examples" / path.name, path)

    def make(self, *words, **options):
        return self.built.make("--no-print-directory", f"A={self.app}", f"L={self.library}",
                               *words, **options)

    def image(self, app: str = "average") -> bytes:
        return (self.built.folder / f"apps/{app}/image.elf").read_bytes()

    def names(self, app: str) -> str:
        return command("riscv64-linux-gnu-nm", "-C", f"{self.built.folder}/apps/{app}/image.dbg").out


@pytest.fixture(scope="module")
def away(tmp_path_factory):
    outside = Outside(tmp_path_factory.mktemp("away"))
    assert outside.built.make("qemu-virt_defconfig").status == 0
    return outside


@pytest.fixture
def spoilt(away):
    """To be spoilt; mended afterwards."""
    yield away
    for path in (away.app, away.library):
        shutil.rmtree(path)
        shutil.copytree(TOP / "examples" / path.name, path)


@pytest.mark.parametrize("smp", [1, 3])
def test_example_boots(away, smp):
    outcome = away.make("run", f"SMP={smp}")
    assert outcome.status == 0 and TOLD.format(smp) in outcome.out, outcome.text


def test_relative_paths_are_the_same_folders(away):
    assert away.make("image").status == 0
    words = [f"{name}={os.path.relpath(path, TOP)}/" for name, path in
             (("A", away.app), ("L", away.library))]
    outcome = away.built.make(*words, "run", "SMP=2")
    assert outcome.status == 0 and TOLD.format(2) in outcome.out, outcome.text
    assert not re.search("CXX|LD", outcome.out), outcome.out


def test_another_place_gives_the_same_bytes(away, tmp_path):
    assert away.make("image").status == 0
    first = away.image()
    for path in (away.app, away.library):
        shutil.copytree(path, tmp_path / "far/away" / path.name)
    outcome = away.built.make(f"A={tmp_path}/far/away/average", f"L={tmp_path}/far/away/stats",
                              env={"COMPILE_ANEW": ""})
    assert outcome.status == 0 and f"CXX     {tmp_path}" in outcome.out, outcome.text
    assert away.image() == first
    whole = (away.built.folder / "apps/average/image.dbg").read_bytes()
    assert str(tmp_path).encode() not in whole and b"lib/stats/src/mean.cpp" in whole


def test_selftests_of_two_libraries(away, check_records):
    """The toy, which has every hook of a feature, comes from outside as well."""
    toy = away.folder / "toy"
    shutil.copytree(TOP / "test/build/toy", toy)
    outcome = away.built.make("run", "A=selftest", f"L={toy}:{away.library}", "SMP=2",
                              "ARGS=core stats toy")
    expected = Expectations({folder.name: str(folder / "selftest/selftest.expect")
                             for folder in (TOP / "lib/core", away.library, toy)})
    check_records(outcome, expected, 2)


def test_left_out_it_leaves_nothing(away, configuration):
    without = configuration().app("hello") / "image.elf"
    assert away.make("image").status == 0 and "neuron::stats::" in away.names("average")
    off = away.built.folder / "off"
    off.write_text((away.built.folder / ".config").read_text() + "# CONFIG_STATS is not set\n")
    outcome = command("make", f"O={away.built.folder}", f"C={off}", "-j2", "A=hello",
                      f"L={away.library}")
    assert outcome.status == 0, outcome.text
    assert "stats" not in away.names("hello") and away.image("hello") == without.read_bytes()


NOT_FOUND = "No such file or directory"


@pytest.mark.parametrize("file, include, said", [
    ("stats/src/mean.cpp", "neuron/core/ids.hpp", NOT_FOUND),
    ("stats/src/mean.cpp", "neuron/kernel/system.hpp", NOT_FOUND),
    ("stats/include/neuron/stats/mean.hpp", "neuron/sync/spin_lock.hpp", NOT_FOUND),
    ("average/main.cpp", "neuron/fdt/tree.hpp",
     "belongs to CONFIG_FDT, which {}/average/Kconfig does not declare"),
])
def test_undeclared_include(spoilt, file, include, said):
    with open(spoilt.folder / file, "a", encoding="utf-8") as source:
        source.write(f"#include <{include}>\n")
    # The check of includes has its say first: with -k the compiler has its own.
    outcome = spoilt.make(*(["-k"] if said == NOT_FOUND else []), "image")
    assert outcome.status != 0 and said.format(spoilt.folder) in outcome.err, outcome.text


def test_declared_include_and_its_closure(spoilt):
    kconfig = spoilt.library / "Kconfig"
    kconfig.write_text(kconfig.read_text().replace("\tdefault y\n", "\tdefault y\n\tselect CORE\n"))
    source = spoilt.library / "src/mean.cpp"
    whole = source.read_text()
    source.write_text(whole + "#include <neuron/core/atomic.hpp>\n")
    assert spoilt.make("image").status == 0
    source.write_text(whole + "#include <neuron/env/cell.hpp>\n")
    outcome = spoilt.make("image")
    assert outcome.status != 0
    assert f"belongs to CONFIG_ENV, which {spoilt.library}/Kconfig does not declare" in outcome.err


def test_app_in_whose_folder_its_library_lies(spoilt):
    """What the library includes is the library's affair."""
    inside = spoilt.app / "libraries/stats"
    shutil.move(spoilt.library, inside)
    try:
        kconfig = inside / "Kconfig"
        kconfig.write_text(kconfig.read_text().replace("\tdefault y\n", "\tdefault y\n\tselect CORE\n"))
        with open(inside / "src/mean.cpp", "a", encoding="utf-8") as source:
            source.write("#include <neuron/core/atomic.hpp>\n")
        outcome = spoilt.built.make(f"A={spoilt.app}", f"L={inside}", "image")
        assert outcome.status == 0, outcome.text
    finally:
        shutil.move(inside, spoilt.library)


def test_goals_know_it(away):
    def lines(*words) -> list[str]:
        outcome = away.make(*words)
        assert outcome.status == 0, outcome.text
        return outcome.out.splitlines()

    lines("image")
    assert str(away.library) in lines("print-libs") and str(away.app) in lines("print-libs")
    assert f"{away.library}/src/mean.cpp" in lines("print-srcs")
    assert [name for name in lines("print-objs") if name.endswith("stats/src/mean.o")]
    assert "CONFIG_STATS=y" in lines("print-vars")
    assert lines("why", "LIB=stats") == ["CONFIG_STATS (chosen)"]
    assert lines("listnewconfig") == ["CONFIG_STATS=y", "CONFIG_APP_AVERAGE=n"]
    lines("clean-stats")
    assert not (away.built.folder / "lib/stats").exists()
    assert [line.split()[-1] for line in lines("image") if "CXX" in line] == [
        f"{away.library}/src/mean.cpp"]
    assert away.make("-n", "build-host-tests").status == 0
    rooms = away.built.folder / "rooms"
    units = command(sys.executable, "tools/kconfig.py", "units", "--out", str(rooms), cwd=TOP,
                    env={"L": str(away.library)})
    assert units.status == 0, units.text
    assert "STATS_CLOSURE := STATS\n" in (rooms / "units.mk").read_text()


def test_order_does_not_depend_on_the_place(away, tmp_path):
    seen = []
    for toy, stats in (("1/a/toy", "1/b/stats"), ("2/b/toy", "2/a/stats")):
        shutil.copytree(TOP / "test/build/toy", tmp_path / toy)
        shutil.copytree(away.library, tmp_path / stats)
        outcome = away.built.make("-s", "print-libs", f"L={tmp_path}/{toy}:{tmp_path}/{stats}")
        assert outcome.status == 0, outcome.text
        seen.append([line.rpartition("/")[2] for line in outcome.out.splitlines()])
    assert seen[0] == seen[1] and {"stats", "toy"} < set(seen[0])


def test_editors_find_it(away, tmp_path):
    """In a copy of the tree: the file is written there."""
    top = copy_sources(tmp_path / "tree")
    outcome = Configuration(tmp_path / "out", top).make(
        f"A={away.app}", f"L={away.library}", "compile_commands.json")
    assert outcome.status == 0, outcome.text
    entries = json.loads((top / "compile_commands.json").read_text(encoding="utf-8"))
    entry = next(each for each in entries if each["file"] == f"{away.library}/src/mean.cpp")
    done = command("/bin/sh", "-c", f"{entry['command']} -o {tmp_path}/check.o", cwd=top)
    assert done.status == 0, done.text


def test_menu_shows_it(away):
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    words = ["make", "--no-print-directory", f"C={away.built.folder}/.config", f"L={away.library}",
             f"A={away.app}", "menuconfig"]
    with Terminal(words, TOP, env | {"PYTHON": sys.executable}) as terminal:
        ready = r"\[D\] Save minimal config \(advanced\)$"
        terminal.until(ready)
        terminal.press("/stats:")
        terminal.until(r'^STATS\(=y\) "stats: mean of integers')
        terminal.press("\n")
        assert re.search(r"^\[\*\] stats: mean of integers", terminal.until(ready), re.M)
        terminal.press("q")
        terminal.until("Save configuration\\?") # a feature is new
        terminal.press("n")
        assert terminal.ended() == 0


def test_the_page_and_the_examples_are_one():
    """As the reader will have written them; the page leaves out licence and help."""
    shown = dict(re.findall(r"^`\.\./mine/(\S+)`:\n\n```\w+\n(.*?)^```$", PAGE.read_text(), re.M | re.S))
    assert len(shown) == 7
    for name, text in shown.items():
        whole = re.sub(r"^(//|#) SPDX.*\n", "", (TOP / "examples" / name).read_text())
        assert whole == text or whole.startswith(text + "\thelp\n"), name


def test_the_page_step_by_step(tmp_path):
    """Each file is written, each command run, each output seen, in the page's order."""
    top = copy_sources(tmp_path / "neuron")
    printed = commands = outputs = 0
    for name, language, body in re.findall(r"(?:^`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```$",
                                           PAGE.read_text(), re.M | re.S):
        if name:
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).write_text(body)
        elif language == "text":
            outputs += 1
            assert set(body.splitlines()) <= set(printed.splitlines()), printed
        else:
            assert language == "sh"
            for line in body.splitlines():
                commands += 1
                outcome = command("/bin/bash", "-c", line, cwd=top)
                assert outcome.status == 0, f"{line}\n{outcome.text}"
                printed = outcome.out
    assert commands >= 2 and outputs >= 1
    assert command("make", "-n", "image", cwd=top).status == 0 # and the clone is what it was
