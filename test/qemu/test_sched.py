# SPDX-License-Identifier: MIT
"""Tasks on the target: a storm of a million steps, and schedules that repeat by their seed."""
import re

import pytest
from expectations import expectation_files


@pytest.mark.parametrize("seed, storm", [(1, 21), (2, 3), (3, 3)])
def test_a_million_steps_lose_no_task(configuration, check_records, seed, storm):
    """24 tasks on four CPUs, each 2000 * storm steps: of the first more than a million together."""
    image = configuration()
    outcome = image.make("run", "SMP=4", "ARGS=sched-smp", f"STORM={storm}", f"SEED={seed}", "TIMEOUT=200")
    check_records(outcome, expectation_files(image).only("sched-smp"), 4, storm=storm)
    assert f"sched-smp.storm ok tasks=24 steps={24 * 2000 * storm} wrong=0 slots=1 " in outcome.out, outcome.text


def schedule(image, seed: int) -> str:
    outcome = image.make("run", "SMP=4", "ARGS=sched-smp", "ICOUNT=3", f"SEED={seed}", "TIMEOUT=200")
    assert outcome.status == 0, outcome.text
    return re.search(r"^KSELFTEST: sched-smp.storm ok .* schedule=(\d+)$", outcome.out, re.M)[1]


def test_the_same_seed_gives_the_same_schedule(configuration):
    image = configuration()
    first = schedule(image, 1)
    assert [schedule(image, 1), schedule(image, 1)] == [first, first]
    assert schedule(image, 2) != first
