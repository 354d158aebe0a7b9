# SPDX-License-Identifier: MIT
"""CPUs that have nothing to do are left alone: two seconds without an interrupt, asleep as deep as may be."""
import re

import pytest
from expectations import expectation_files

SAID = re.compile(r"^IDLE: cpu=(\d+) interrupts=(\d+) poll=(\d+) wait=(\d+) suspend=(\d+)$", re.M)


@pytest.mark.parametrize("words, asleep", [("", "suspend"), ("lock", "wait")])
@pytest.mark.parametrize("cpus", [1, 2, 4, 8])
def test_nothing_interrupts_who_is_idle(configuration, cpus, words, asleep):
    """But the one timer that ends the two seconds. A wake lock keeps the firmware from suspending."""
    outcome = configuration().make("run", "A=test/apps/idle", f"SMP={cpus}", f"ARGS={words}")
    assert outcome.status == 0, outcome.text
    lines = [dict(zip(("cpu", "interrupts", "poll", "wait", "suspend"), map(int, found)))
             for found in SAID.findall(outcome.out)]
    assert [line["cpu"] for line in lines] == list(range(cpus))
    assert [line["interrupts"] for line in lines] == [1] + (cpus - 1) * [0], outcome.text
    assert all(line[asleep] >= 1999 for line in lines), outcome.text
    assert all(line["suspend"] == 0 for line in lines) or asleep == "suspend", outcome.text


def test_selftests_of_idle(configuration, check_records):
    image = configuration()
    for cpus in (1, 2, 4, 8):
        check_records(image.make("run", f"SMP={cpus}", "ARGS=idle"), expectation_files(image).only("idle"), cpus)
