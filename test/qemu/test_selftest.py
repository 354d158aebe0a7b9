# SPDX-License-Identifier: MIT
"""The selftest image: every record, at every SMP count, from every boot hart."""
import re
from pathlib import Path

import pytest
from harness import TOP, boot
from expectations import expectation_files


def test_selftests(configuration, smp, request, check_records):
    image = configuration()
    files = expectation_files(image)
    library = request.config.getoption("library")
    if library and library not in files:
        pytest.exit(f"T={library}: no selftests of that name (there are: {', '.join(files)})", 2)
    wanted = files.only(library) if library else files
    outcome = image.make("run", f"SMP={smp}", f"ARGS={library}")
    check_records(outcome, wanted, smp)
    assert_markers(outcome.out, smp)
    if not library:
        assert_whole_lines(outcome.out, smp)


def assert_markers(out: str, smp: int):
    """`CPU n: ready` for each CPU, in order, then the last marker, each once."""
    lines = [line for line in out.splitlines() if re.match(r"CPU \d+: |SMP: ", line)]
    assert lines == [f"CPU {n}: ready" for n in range(smp)] + ["SMP: all CPUs online"]


def assert_whole_lines(out: str, smp: int):
    """The lines that all CPUs wrote at once: each whole, each once."""
    seen = [line for line in out.splitlines() if "whole line" in line]
    wanted = {f"whole line {n} of CPU {cpu}: {'-':>40}|" for n in range(20) for cpu in range(smp)}
    assert len(seen) == len(wanted) and set(seen) == wanted


@pytest.mark.parametrize("hart", range(4))
def test_any_hart_boots(configuration, check_records, hart):
    image = configuration()
    outcome = image.make("run", "SMP=4", f"BOOT_HART={hart}")
    check_records(outcome, expectation_files(image), 4)
    assert f"boot hart {hart}" in outcome.out


def test_longer_storm(configuration, check_records):
    image = configuration()
    files = expectation_files(image)
    storms = files.only(*(library for library, file in files.items() if "STORM" in Path(file).read_text()))
    assert set(storms) == {"channel", "ipi", "percpu-runqueue", "sched-smp", "steal", "sync", "timer"}
    outcome = image.make("run", "SMP=4", f"ARGS={' '.join(storms)}", "STORM=10")
    check_records(outcome, storms, 4, storm=10)


def test_boot_hand_over_on_one_host_core(configuration):
    """On one core the hart that hands over is still on its way out when the next one boots."""
    image = configuration().app("hello") / "image.elf"
    for number in range(12):
        outcome = boot(image, "-smp", "4", "-append", f"boot_hart={number % 4}", on_one_core=True)
        assert outcome.status == 0 and "SMP: all CPUs online" in outcome.out, outcome.text
        assert f"boot hart {number % 4}\n" in outcome.out


def test_without_the_doorbell_device(configuration, check_records):
    """Without an ACLINT SSWI the firmware rings."""
    image = configuration()
    outcome = image.make("run", "SMP=4", "QEMU_ARGS=-M virt,aclint=off")
    check_records(outcome, expectation_files(image), 4)


def test_without_sstc(configuration, check_records):
    """Without stimecmp the firmware sets the timer."""
    image = configuration()
    outcome = image.make("run", "SMP=2", "QEMU_ARGS=-cpu rv64,sstc=off")
    check_records(outcome, expectation_files(image), 2)


def test_reject_harts_without_sv39(configuration):
    """An image that is to be protected does not run without a word where it can't be."""
    outcome = configuration().make("run", "SMP=2", "QEMU_ARGS=-cpu rv64,mmu=off")
    assert "CPU 0: no Sv39, so no memory protection: build with CONFIG_VM=n" in outcome.out, outcome.text
    assert "ended with status 2" in outcome.err and "KSELFTEST" not in outcome.out, outcome.text


def test_deterministic_runs_are_equal(configuration, check_records):
    """Those that sleep aside: QEMU's other thread ends a sleep, earlier or later by how busy its host is."""
    image = configuration()
    files = expectation_files(image)
    awake = files.only(*(library for library in files if library not in ("timer", "preempt", "sched-time")))
    outcomes = [image.make("run", "SMP=4", f"ARGS={' '.join(awake)}", "ICOUNT=3", "SEED=1") for _ in range(2)]
    check_records(outcomes[0], awake, 4)
    assert "sched-smp.storm: schedule=" in outcomes[0].out
    assert outcomes[0].out == outcomes[1].out


def test_deterministic_time_serves_those_that_sleep(configuration, check_records):
    image = configuration()
    outcome = image.make("run", "SMP=4", "ICOUNT=3", "SEED=1")
    check_records(outcome, expectation_files(image), 4)


def test_unknown_selftest(configuration):
    outcome = configuration().make("run", "ARGS=nonesuch")
    assert "no selftests of a library called nonesuch" in outcome.out
    assert "ended with status 2" in outcome.err


def test_expectations_name_every_selftest():
    """A library with selftests says what it expects of them."""
    for header in TOP.glob("*/**/selftest/selftest.hpp"):
        assert header.with_name("selftest.expect").is_file(), header
