# SPDX-License-Identifier: MIT
"""Timers on the target: long storms, a storm of ten thousand at one instant, and how late timers are
where time is exact."""
import re

import pytest
from expectations import expectation_files

LINE = re.compile(r"^LATE: ([\w-]+) fired=(\d+) early=(\d+) late=(\d+) time=(\d+)$", re.M)
BUDGET = 64 # CONFIG_TIMER_BUDGET


@pytest.mark.parametrize("mode", ["", "ICOUNT=3"])
def test_a_hundred_thousand_timers(configuration, check_records, mode):
    """Armed, moved and cancelled from four CPUs."""
    image = configuration()
    outcome = image.make("run", "SMP=4", "ARGS=timer", "STORM=25", "TIMEOUT=200", mode or "SEED=")
    assert "timer.storm ok armed=100000 settled=100000 early=0 wrong=0 overlaps=0" in outcome.out, outcome.text
    check_records(outcome, expectation_files(image).only("timer"), 4, storm=25)


def test_firmware_sets_the_timer(configuration, check_records):
    image = configuration()
    outcome = image.make("run", "SMP=4", "ARGS=timer", "QEMU_ARGS=-cpu rv64,sstc=off -M virt,aclint=off")
    check_records(outcome, expectation_files(image).only("timer"), 4)


@pytest.fixture(scope="module")
def storm(configuration):
    return configuration("storm")


def test_ten_thousand_at_one_instant(storm, check_records):
    outcome = storm.make("run", "SMP=2", "ARGS=timer")
    assert "timer.same_instant ok fired=10000 interrupts=157 wrong=0" in outcome.out, outcome.text
    check_records(outcome, expectation_files(storm).only("timer"), 2)


def late(made, *words: str) -> dict[str, tuple[int, ...]]:
    """What timer-late says of itself."""
    outcome = made.make("run", "A=test/apps/timer-late", "ARGS=10000", "TIMEOUT=200", *words)
    assert outcome.status == 0, outcome.text
    return {name: tuple(map(int, numbers)) for name, *numbers in LINE.findall(outcome.out)}


def test_lateness_is_exact(storm):
    """One CPU in deterministic time, an instruction a nanosecond: never early; never later than the
    window and what it takes to interrupt, behind the work of the interrupts that were under way."""
    told = late(storm, "SMP=1", "ICOUNT=0", "SEED=1")
    fired, early, latency, _ = told["alone"]
    assert (fired, early) == (100, 0) and latency < 2000
    fired, early, _, longest = told["at-once"]
    assert (fired, early) == (10_000, 0)
    assert longest < BUDGET * 2000, "the longest stretch with interrupts masked"
    fired, early, behind, longest = told["storm"]
    assert (fired, early) == (25_000, 0)
    assert behind <= 2 * (longest + latency)
    assert late(storm, "SMP=1", "ICOUNT=0", "SEED=1") == told


def test_none_is_early_in_parallel(storm):
    told = late(storm, "SMP=4")
    assert [(name, *seen[:2]) for name, seen in told.items()] == [
        ("alone", 100, 0), ("at-once", 10_000, 0), ("storm", 100_000, 0)]
