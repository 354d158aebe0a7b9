# SPDX-License-Identifier: MIT
"""A library is one folder: it comes with no edit elsewhere, and goes without a trace. The toy has
every part and hook of a feature; what it lays into the blocks ends the image if it ever ends."""
import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from expectations import expectation_files
from harness import TOP, Configuration, Outcome, command, copy_sources

TOY = TOP / "test/build/toy"


@dataclass
class Stage:
    """An image, and what there was to see of it when it was built."""

    image: bytes
    symbols: str
    rooms: str # as host tests know them
    runs: dict[int, Outcome] # by the number of CPUs


def built(configuration: Configuration, *counts: int) -> Stage:
    folder = configuration.app("selftest")
    symbols = command("riscv64-linux-gnu-nm", "-C", str(folder / "image.dbg"))
    assert symbols.status == 0, symbols.text
    assert configuration.make("host-tests").status == 0
    rooms = (configuration.folder / "host/units.mk").read_text()
    return Stage((folder / "image.elf").read_bytes(), symbols.out, rooms,
                 {smp: configuration.make("run", "A=selftest", f"SMP={smp}") for smp in counts})


def contents(top: Path) -> dict[str, str]:
    """Every file of the sources but those of the toy."""
    return {str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts
            and not path.is_relative_to(top / "out") and not path.is_relative_to(top / "lib/toy")}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return copy_sources(tmp_path_factory.mktemp("toy") / "tree")


@pytest.fixture(scope="module")
def stages(tree):
    """The toy comes, is switched off, and goes; every stage builds on what the last one left."""
    configuration = Configuration(tree / "out", tree)
    sources = contents(tree)
    assert configuration.make("qemu-virt_defconfig").status == 0
    seen = {"before": built(configuration, 2)}
    shutil.copytree(TOY, tree / "lib/toy")
    seen["there"] = built(configuration, 1, 2)
    seen["expected"] = expectation_files(configuration)
    seen["expected"]["toy"] = str(TOY / "selftest/selftest.expect") # the copy goes
    assert contents(tree) == sources
    chosen = (tree / "out/.config").read_text()
    (tree / "out/.config").write_text(chosen + "# CONFIG_TOY is not set\n")
    seen["off"] = built(configuration)
    (tree / "out/.config").write_text(chosen)
    shutil.rmtree(tree / "lib/toy")
    seen["gone"] = built(configuration)
    assert contents(tree) == sources
    return seen


@pytest.mark.parametrize("count", [1, 2])
def test_added_library_proves_itself_beside_the_others(stages, check_records, count):
    check_records(stages["there"].runs[count], stages["expected"], count)


def test_its_code_is_in_the_image(stages):
    assert "neuron::toy::" in stages["there"].symbols


def test_host_tests_find_it(stages):
    assert "TOY_CLOSURE := TOY CORE" in stages["there"].rooms
    assert stages["gone"].rooms == stages["before"].rooms


def test_image_was_good_before(stages, check_records):
    others = stages["expected"].only(*(name for name in stages["expected"] if name != "toy"))
    check_records(stages["before"].runs[2], others, 2)


@pytest.mark.parametrize("stage", ["off", "gone"])
def test_nothing_of_it_is_left(stages, stage):
    assert "toy" not in stages[stage].symbols
    assert stages[stage].image == stages["before"].image


def test_nothing_of_the_kernel_is_destroyed(stages):
    """Blocks and system have no end, whatever a library lays into them: only an app's globals do.
    The app of this image has none."""
    rows = re.findall(r"^([0-9a-f]+) \w (__(?:init|fini)_array_(?:start|end))$",
                      stages["there"].symbols, re.M)
    places = {name: place for place, name in rows}
    assert len(places) == 4
    for kind in ("init", "fini"):
        assert places[f"__{kind}_array_start"] == places[f"__{kind}_array_end"], kind
    assert [run.status for run in stages["there"].runs.values()] == [0, 0]
