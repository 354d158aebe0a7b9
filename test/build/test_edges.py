# SPDX-License-Identifier: MIT
"""Each library knows only what it declares: an undeclared or upward include does not build."""
import pytest
from harness import Configuration, copy_sources

NOT_FOUND = "No such file or directory"


@pytest.fixture(scope="module")
def built_copy(tmp_path_factory):
    """A copy of the sources, built: spoilt copies start from it."""
    top = copy_sources(tmp_path_factory.mktemp("edges") / "tree")
    assert Configuration(top / "out", top).make("qemu-virt_defconfig").status == 0
    outcome = build(top)
    assert outcome.status == 0, outcome.text
    return top


@pytest.fixture
def copy(built_copy):
    """The copy, to be spoilt; mended afterwards."""
    spoilt: dict = {}

    def spoil(file, line):
        path = built_copy / file
        spoilt.setdefault(path, path.read_text())
        path.write_text(path.read_text() + line + "\n")

    yield built_copy, spoil
    for path, text in spoilt.items():
        path.write_text(text)


def build(top, *words):
    return Configuration(top / "out", top).make("A=hello", *words, "image")


@pytest.mark.parametrize("file, include, said", [
    # Not on the include path at all: a library that lib/fdt does not declare.
    ("lib/fdt/src/tree.cpp", "neuron/sync/spin_lock.hpp", NOT_FOUND),
    # On the path through what lib/console declares, but not declared itself.
    ("lib/console/include/neuron/console/console.hpp", "neuron/core/atomic.hpp", None),
    ("lib/console/include/neuron/console/console.hpp", "neuron/env/cell.hpp",
     "belongs to CONFIG_ENV, which lib/console/Kconfig does not declare"),
    # Upwards.
    ("lib/fdt/src/tree.cpp", "arch/csr.hpp", NOT_FOUND),
    ("lib/fdt/src/tree.cpp", "plat/devices.hpp", NOT_FOUND),
    ("lib/fdt/src/tree.cpp", "neuron/kernel/system.hpp", NOT_FOUND),
    ("lib/smp/include/neuron/smp/feature.hpp", "plat/devices.hpp",
     "belongs to CONFIG_PLAT_QEMU_VIRT, which lib/smp/Kconfig does not declare"),
    ("lib/smp/include/neuron/smp/feature.hpp", "config/max_cpus.hpp",
     "a library takes its values as template parameters"),
    ("lib/smp/include/neuron/smp/feature.hpp", '"neuron/format/format.hpp"',
     "belongs to CONFIG_FORMAT, which lib/smp/Kconfig does not declare"),
    ("lib/core/include/neuron/core/ids.hpp",
     '"../../../../args/include/neuron/args/parameter.hpp"', "reaches outside lib/core"),
    ("lib/selftest/include/neuron/selftest/run.hpp", "neuron/smp/bring_up.hpp",
     NOT_FOUND),
    ("arch/riscv64/include/arch/csr.hpp", "plat/devices.hpp",
     "belongs to CONFIG_PLAT_QEMU_VIRT, which arch/riscv64/Kconfig does not declare"),
    ("apps/hello/main.cpp", "neuron/smp/run_on_each_cpu.hpp",
     "belongs to CONFIG_SMP, which apps/hello/Kconfig does not declare"),
])
def test_undeclared_include(copy, file, include, said):
    top, spoil = copy
    spoil(file, f"#include {include}" if include.startswith('"') else f"#include <{include}>")
    # The check of includes has its say first: with -k the compiler has its own.
    outcome = build(top, *(["-k"] if said == NOT_FOUND else []))
    if said is None: # the counter-example: declared, so it builds
        assert outcome.status == 0, outcome.text
    else:
        assert outcome.status != 0 and said in outcome.text, outcome.text


def test_mended_copy_builds_again(copy):
    outcome = build(copy[0])
    assert outcome.status == 0, outcome.text


def test_library_that_stands_on_hardware_is_refused(copy):
    top, spoil = copy
    spoil("lib/console/Kconfig", "\tselect ARCH_RISCV64")
    outcome = build(top)
    assert outcome.status != 0
    assert "lib/console/Kconfig: a library can't stand on arch/riscv64" in outcome.err, outcome.text


def test_cycle_between_libraries_is_refused(copy):
    top, spoil = copy
    spoil("lib/core/Kconfig", "\tselect FDT")
    spoil("lib/fdt/Kconfig", "\tselect CORE")
    outcome = build(top)
    assert outcome.status != 0 and "ependency loop" in outcome.text, outcome.text
    assert "Traceback" not in outcome.text
