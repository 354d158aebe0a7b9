# SPDX-License-Identifier: MIT
"""LLVM=1: the same sources by clang and lld. What has no test here is in CAVEATS.md."""
import re

import pytest
from expectations import expectation_files
from harness import Configuration, command, fp_users
from house import atomics, kernel_world
from house.atomic_rules import faults, seq_cst_faults


@pytest.fixture(scope="module")
def clang(configuration):
    """The default configuration, built by clang."""
    return configuration(always=("LLVM=1",))


@pytest.mark.parametrize("cpus", [1, 4])
def test_default_image_proves_itself(clang, check_records, cpus):
    outcome = clang.make("run", "A=selftest", f"SMP={cpus}")
    check_records(outcome, expectation_files(clang), cpus)


def test_it_is_clang_and_lld(clang):
    image = clang.app("selftest") / "image.dbg"
    comments = command("riscv64-linux-gnu-readelf", "-p", ".comment", str(clang.folder / "kernel/together.o")).out
    assert "clang version 19" in comments and "GCC" not in comments
    listing = command("riscv64-linux-gnu-nm", "-C", str(image)).out
    assert "neuron::kernel::SystemBase::start_hart" in listing
    assert not re.search(r" _Z\w*TkN", listing), "a constraint in a name, which backtraces could not show"


def test_handlers_touch_no_fp_register(clang):
    clang.app("selftest")
    assert fp_users(clang) == {}


def test_atomics_have_their_order(clang):
    """By the rules of the ISA; the table of what is emitted is that of GCC."""
    world = kernel_world.of(clang)
    table = atomics.emitted(world, world.includes["lib/core"])
    assert {row: found for row, code in table.items() if (found := faults(row, code))} == {}
    assert seq_cst_faults(table) == []


def test_frames_are_bounded(clang, tmp_path):
    """By the compiler's own warning, and by what it writes of each function."""
    (tmp_path / "Kconfig").write_text('config APP_LARGE\n\tbool "large"\n\tdepends on KERNEL\n')
    fragment = tmp_path / "app.mk"
    fragment.write_text("$(eval $(call addlib,app-large))\nAPP_LARGE_SRCS-y += main.cpp\n")
    (tmp_path / "main.cpp").write_text("#include <neuron/app.hpp>\nint main() {\n"
                                       "    volatile char large[3000] = {};\n    return large[5];\n}\n")
    refused = clang.make(f"A={tmp_path}", "image")
    assert refused.status != 0 and "stack frame size" in refused.err, refused.text
    fragment.write_text(fragment.read_text() + "APP_LARGE_CXXFLAGS-y += -Wno-frame-larger-than\n")
    refused = clang.make(f"A={tmp_path}", "image")
    assert refused.status != 0 and "main.cpp:2: a frame of 30" in refused.err, refused.text
    assert "CONFIG_STACK_SHIFT): _Z4mainv\n" in refused.err, refused.text


def test_minimal_image_and_the_way_back_to_gcc(tmp_path):
    """Another compiler compiles everything again."""
    made = Configuration(tmp_path)
    assert made.make("minimal_defconfig").status == 0
    outcome = made.make("LLVM=1", "run", "A=hello")
    assert "\nHello from CPU 0 of 1\n" in outcome.out, outcome.text
    sources = made.make("--no-print-directory", "LLVM=1", "print-srcs", "A=hello").out.split()
    assert len(sources) > 15
    for words, again in (("LLVM=1",), []), ((), [*sources, f"{tmp_path}/apps/hello/name.S"]):
        planned = made.make("-n", *words, "A=hello", "image").out
        assert sorted(re.findall(r" -c (\S+\.(?:cpp|S)) -o ", planned)) == sorted(again)


def test_main_without_arguments(clang):
    """Its symbol has its types in it."""
    outcome = clang.make("run", "A=wordcount", "INPUT=LICENSE", "SMP=4")
    assert outcome.out.splitlines()[-1] == "  21  170 1075 LICENSE", outcome.text


def test_panic_names_places(clang):
    outcome = clang.make("run", "A=test/apps/fault", "ARGS=write-constant", "SMP=2", "DEBUG_INFO=1")
    assert re.search(r"^  store page fault at 0x[0-9a-f]{16}: constants$", outcome.out, re.M), outcome.text
    assert re.search(r"^  #\d+ 0x[0-9a-f]{16} main\+0x\w+ at main\.cpp:\d+$", outcome.out, re.M)
    assert re.search(r"^  #\d+ 0x[0-9a-f]{16} .*run_app.* at boot\.cpp:\d+$", outcome.out, re.M)


def test_missing_clang_is_named(configuration):
    outcome = configuration().make("LLVM=1", "CLANG=no-such-clang", "A=hello", "image")
    assert outcome.status != 0 and "no-such-clang is not installed: run make deps" in outcome.err
