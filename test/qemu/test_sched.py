# SPDX-License-Identifier: MIT
"""Tasks on the target: a storm of a million steps, and schedules that repeat by their seed."""
import re

import images
import pytest
import wake
from expectations import expectation_files
from harness import TOP


STORM = 7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_million_steps_lose_no_task(configuration, check_records, seed):
    """24 tasks on four CPUs, each 2000 * STORM steps: with three seeds more than a million together."""
    image = configuration()
    outcome = image.make("run", "SMP=4", "ARGS=sched-smp", f"STORM={STORM}", f"SEED={seed}", "TIMEOUT=200")
    check_records(outcome, expectation_files(image).only("sched-smp"), 4, storm=STORM)
    assert f"sched-smp.storm ok tasks=24 steps={24 * 2000 * STORM} wrong=0 slots=1\n" in outcome.out, outcome.text


def schedule(image, seed: int) -> str:
    outcome = image.make("run", "SMP=4", "ARGS=sched-smp", "ICOUNT=3", f"SEED={seed}", "TIMEOUT=200")
    assert outcome.status == 0, outcome.text
    return re.search(r"^sched-smp.storm: schedule=(\d+)$", outcome.out, re.M)[1]


def test_the_same_seed_gives_the_same_schedule(configuration):
    image = configuration()
    first = schedule(image, 1)
    assert [schedule(image, 1), schedule(image, 1)] == [first, first]
    assert schedule(image, 2) != first


def test_the_cost_of_a_wake_is_what_its_table_says(configuration):
    """A doorbell each way, no more; instructions to a twentieth: a sleep may end a tick later."""
    image = configuration("qemu-virt", *images.LEAN).app(wake.APP) / "image.elf"
    rows = re.search(r"<!-- wake -->\n(.*)<!-- /wake -->", (TOP / "docs/sched.md").read_text(encoding="utf-8"), re.S)
    said = {cpus: (float(instructions), float(doorbells)) for cpus, instructions, doorbells in zip(
        wake.CPUS, *([cell for cell in row.split("|")[2:-1]] for row in rows[1].splitlines()[2:]))}
    for cpus, (instructions, doorbells) in said.items():
        got = wake.measure(image, cpus)
        assert got[1] == doorbells and abs(got[0] - instructions) < instructions / 20, (cpus, got)
