# SPDX-License-Identifier: MIT
"""Variables that the user may set: each reaches what it is for, and wrong ones are refused."""
import shlex
import sys

import pytest
from harness import Configuration, command


def test_every_variable_of_a_run_reaches_qemu(configuration):
    image = configuration().app("hello") / "image.elf"
    outcome = configuration().make(
        "--no-print-directory", "run", "A=hello", "DRYRUN=1", "SMP=3", "MEM=128M", "INPUT=LICENSE", "LOG=debug", "BOOT_HART=1",
        "STORM=2", "ICOUNT=3", "SEED=7", "QEMU=no/such/qemu", "QEMU_ARGS=-d 'in t'", 'ARGS=a "b c"')
    assert outcome.status == 0, outcome.text
    assert shlex.split(outcome.out) == [
        "no/such/qemu", "-M", "virt,aclint=on", "-smp", "3", "-m", "128M", "-display", "none", "-serial",
        "stdio", "-monitor", "none", "-no-reboot", "-kernel", str(image), "-append",
        'log=debug boot_hart=1 storm=2 seed=7 input=LICENSE -- a "b c"', "-initrd", "LICENSE",
        "-icount", "shift=3,sleep=off", "-seed", "7", "-d", "in t"]


def test_output_has_what_the_firmware_said_too(configuration, tmp_path):
    outcome = configuration().make("run", "A=hello", "SMP=2", f"OUTPUT={tmp_path}/said")
    assert outcome.status == 0 and "OpenSBI" not in outcome.out, outcome.text
    said = (tmp_path / "said").read_text()
    assert "OpenSBI" in said and "Hello from CPU 0 of 2" in said


def test_tools_of_another_name_build_the_same(configuration, tmp_path):
    """CROSS_COMPILE= and PYTHON= name programs anywhere."""
    for tool in ("g++", "objcopy"):
        (tmp_path / f"my-{tool}").write_text(
            f'#!/bin/sh\necho {tool} >>{tmp_path}/used\nexec riscv64-linux-gnu-{tool} "$@"\n')
    (tmp_path / "my-python").write_text(f'#!/bin/sh\necho python >>{tmp_path}/used\nexec {sys.executable} "$@"\n')
    for path in tmp_path.iterdir():
        path.chmod(0o755)
    other = Configuration(tmp_path / "build")
    words = (f"CROSS_COMPILE={tmp_path}/my-", f"PYTHON={tmp_path}/my-python")
    assert other.make("minimal_defconfig", *words).status == 0
    outcome = other.make("A=hello", "image", *words)
    assert outcome.status == 0, outcome.text
    assert set((tmp_path / "used").read_text().split()) == {"g++", "objcopy", "python"}
    usual = configuration("minimal").app("hello") / "image.elf"
    assert (tmp_path / "build/apps/hello/image.elf").read_bytes() == usual.read_bytes()


def test_what_debuggers_are_told_is_not_in_the_image(configuration):
    images = [configuration("minimal", always=(f"DEBUG_INFO={level}",)).app("hello") for level in (0, 2)]
    assert len({(folder / "image.elf").read_bytes() for folder in images}) == 1
    told = ["debug_info" in command("riscv64-linux-gnu-size", "-A", str(folder / "image.dbg")).out for folder in images]
    assert told == [False, True]


@pytest.mark.parametrize("word, said", [
    ("V=3", "V=3: one of 0 1 2 is wanted"), ("V=12", "V=12: one of 0 1 2 is wanted"),
    ("LLVM=yes", "LLVM=yes: one of 0 1 is wanted"), ("DRYRUN=yes", "DRYRUN=yes: one of 0 1 is wanted"),
    ("DEBUG_INFO=full", "DEBUG_INFO=full: one of 0 1 2 is wanted")])
def test_wrong_switch(configuration, word, said):
    outcome = configuration().make("run", "A=hello", word)
    assert outcome.status != 0 and outcome.out == ""
    assert said in outcome.err and len(outcome.err.splitlines()) == 1
