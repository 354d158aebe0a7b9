# SPDX-License-Identifier: MIT
"""make debug: gdb with symbols and a thread for each hart, and nothing left of it."""
import re
import shlex
import time
from pathlib import Path

import pytest


@pytest.fixture
def configuration(configuration):
    """One of this file's own: who looks for QEMUs with its images finds no other test's."""
    return lambda: configuration("qemu-virt", "CONFIG_DIAGNOSTIC_SECONDS=9", always=("DEBUG_INFO=2",))


def debug(configuration, *words: str, commands: tuple[str, ...] = ()):
    """A session by these commands, of hello; QEMU lives for a minute at most."""
    gdb = shlex.join(["-batch", *(word for each in commands for word in ("-ex", each))])
    return configuration().make("debug", "A=hello", "TIMEOUT=60", f"GDB_ARGS={gdb}", *words)


def of_the_image(image: Path) -> list[str]:
    """The processes that name this image."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError: # gone meanwhile
            continue
        if str(image).encode() in line:
            found.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return found


def test_session_stops_where_it_should_and_knows_names(configuration):
    image = configuration().app("hello") / "image.elf"
    outcome = debug(configuration, "SMP=4", commands=(
        "info threads", "break neuron::kernel::SystemBase::start_hart", "continue", "backtrace",
        "print $sp > 0x80200000"))
    assert outcome.status == 0, outcome.text
    at_start, _, later = outcome.out.partition("Breakpoint 2")
    assert re.search(r"^Thread \d hit Temporary breakpoint 1, _start \(\) at plat/qemu-virt/src/start\.S:\d+$",
                     at_start, re.M), outcome.text
    threads = re.findall(r"^[* ] \d +Thread 1\.\d \(CPU#(\d) \[\w+ *\]\)", at_start, re.M)
    assert sorted(threads) == ["0", "1", "2", "3"], outcome.text
    assert re.search(r"^#0 +neuron::kernel::SystemBase::start_hart \(", later, re.M), outcome.text
    assert re.search(r"^#\d .*neuron_boot \(.*\) at kernel/src/boot\.cpp:\d+$", later, re.M)
    assert re.search(r"^#\d .*_start \(\) at plat/qemu-virt/src/start\.S:\d+$", later, re.M)
    assert "$1 = true" in later
    assert "detached" not in later # which would leave it running, and gdb waiting for it
    assert of_the_image(image) == []


def test_console_goes_where_it_says(configuration, tmp_path):
    folder = configuration().app("hello")
    for words, file in ((), folder / "console.txt"), ((f"OUTPUT={tmp_path}/said",), tmp_path / "said"):
        file.unlink(missing_ok=True)
        outcome = debug(configuration, "SMP=2", "ARGS=one 'two'", *words, commands=("continue",))
        assert f"run: the console goes to {file} " in outcome.err, outcome.text
        said = file.read_text().splitlines()
        assert "Hello from CPU 0 of 2" in said and "argument 2: 'two'" in said


def test_qemu_ends_with_gdb(configuration):
    """Even if gdb is killed and can't end anything."""
    image = configuration().app("hello") / "image.elf"
    outcome = debug(configuration, commands=("shell kill -9 $PPID",))
    assert outcome.status != 0 and "hit Temporary breakpoint 1, _start" in outcome.out, outcome.text
    deadline = time.monotonic() + 10
    while of_the_image(image) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert of_the_image(image) == []


def test_qemu_ends_when_its_time_is_over(configuration):
    outcome = debug(configuration, "A=test/apps/misbehave", "ARGS=never-end", "TIMEOUT=3", commands=("continue",))
    assert re.search(r"^qemu-system-riscv64: terminating on signal 15 from pid \d+ \(timeout\)$",
                     outcome.err, re.M), outcome.text
    assert of_the_image(configuration().folder / "apps/misbehave/image.elf") == []


def test_line_is_printed(configuration):
    outcome = debug(configuration, "DRYRUN=1", "SMP=2", "TIMEOUT=7", "QEMU_ARGS=-d int", commands=("bt",))
    words = shlex.split(outcome.out)
    pipe = next(word for word in words if word.startswith("target remote | "))
    assert words[0] == "gdb-multiarch" and words[-3:] == ["-batch", "-ex", "bt"]
    assert "timeout --kill-after=3 7 qemu-system-riscv64 " in pipe and " -smp 2 " in pipe
    assert pipe.endswith(" -d int -gdb stdio -S")


@pytest.mark.parametrize("word, said", [
    ("GDB=no-such-gdb", "run: no-such-gdb is not installed: run make deps"),
    ("QEMU=no-such-qemu", "run: no-such-qemu is not installed: run make deps"),
    ("GDB_ARGS='", "run: GDB_ARGS=': no closing quotation: correct the quoting"),
    ("OUTPUT=/none/file", "run: OUTPUT=/none/file: cannot be written: No such file or directory"),
    ("SMP=9", "run: SMP=9: this image holds 1 to 8 CPUs (CONFIG_MAX_CPUS); raise it with make menuconfig"),
    ("TIMEOUT=never", "run: TIMEOUT=never: a positive number of seconds is wanted"),
])
def test_wrong_input_gets_one_clear_line(configuration, word, said):
    outcome = configuration().make("debug", "A=hello", "GDB_ARGS=-batch", word)
    assert outcome.status != 0 and outcome.err.splitlines()[0] == said, outcome.text
    assert len(outcome.err.splitlines()) == 2 # and what make says
