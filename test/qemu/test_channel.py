# SPDX-License-Identifier: MIT
"""Tasks on several CPUs with channels between them: what comes out is what one place alone computes."""
import re

import pytest


@pytest.mark.parametrize("words, count", [((), 10_000), (("ARGS=1",), 1)])
def test_checksum_is_that_of_one_place(configuration, words, count):
    image = configuration()
    lines = set()
    for cpus in (1, 2, 3, 4, 8):
        outcome = image.make("run", "A=pipeline", f"SMP={cpus}", *words) # compares, and says so by its status
        assert outcome.status == 0, outcome.text
        lines.add(re.search(rf"^pipeline: {count} frames, checksum [0-9a-f]{{16}}$", outcome.out, re.M)[0])
    assert len(lines) == 1, lines


@pytest.mark.parametrize("given", ["0", "1000001", "x", "1 2"])
def test_reject_numbers_out_of_range(configuration, given):
    outcome = configuration().make("run", "A=pipeline", f"ARGS={given}")
    assert outcome.status != 0
    assert "pipeline: FRAMES is a number from 1 to 1000000: ARGS=FRAMES" in outcome.out.splitlines(), outcome.text


def test_no_room_for_a_task_is_said(configuration):
    outcome = configuration("qemu-virt", "CONFIG_SCHED_TASKS=4").make("run", "A=pipeline", "SMP=1")
    assert outcome.status != 0 and "pipeline: not every task began and ended well" in outcome.out, outcome.text
