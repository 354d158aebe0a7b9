# SPDX-License-Identifier: MIT
"""Tasks of one CPU that never wait, in deterministic time: shares within 5 %, and nobody starves."""
import re

import pytest
import shares
from harness import TOP

PATIENCE = 32  # CONFIG_SCHED_QOS_PATIENCE
BOUND = PATIENCE + 4 * 2  # and the turn that goes on, and one of each other class, of two slices at most


@pytest.fixture(name="image", scope="module")
def fixture_image(configuration):
    return configuration("qemu-virt", *shares.LINES).app(shares.APP) / "image.elf"


@pytest.mark.parametrize("mix", shares.SHARES, ids=lambda mix: f"{len(mix)} tasks, {mix[0]} to {mix[-1]}")
def test_time_goes_by_shares(image, mix):
    for wanted, got in shares.by_shares(image, mix):
        assert abs(got / wanted - 1) < 0.05, (wanted, got)


@pytest.mark.parametrize("high", shares.HIGH)
def test_nobody_starves(image, high):
    """However many of PerfBurst are ready all the time, and not sooner than the patience says."""
    waits = shares.longest_waits(image, high)
    assert set(waits) == {"Idle", "Normal", "Interactive"}
    assert all(PATIENCE <= wait <= BOUND for wait in waits.values()), waits


@pytest.mark.parametrize("args, message", [
    ("", "shares: ARGS="), ("10 x", "shares: a word is none of"), ("10 1001", "shares: a word is none of"),
    ("10 65*100", "shares: a word is none of")])
def test_reject_arguments(configuration, args, message):
    outcome = configuration("qemu-virt", *shares.LINES).make("run", f"A={shares.APP}", "SMP=1", f"ARGS={args}")
    assert message in outcome.out and "ended with status 2" in outcome.err, outcome.text


def test_the_table_is_there():
    text = (TOP / "lib/sched-qos/README.md").read_text(encoding="utf-8")
    rows = re.search(r"<!-- shares -->\n(.*)<!-- /shares -->", text, re.S)[1].splitlines()
    assert len([row for row in rows if row.startswith("| ")]) == 2 * 2 + len(shares.SHARES) + len(shares.HIGH)
