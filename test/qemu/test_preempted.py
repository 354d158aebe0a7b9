# SPDX-License-Identifier: MIT
"""INV-ARCH-6: a task that is preempted keeps every register, integer and FP."""
import re

import pytest

APP = "A=test/apps/preempted"


@pytest.mark.parametrize("icount", ["", "3"])
def test_inv_arch_6_each_finds_its_registers_as_it_left_them(configuration, icount):
    outcome = configuration().make("run", APP, "SMP=1", f"ICOUNT={icount}")
    assert outcome.status == 0, outcome.text
    assert "PREEMPTED: wrong=0 often=1 moved=0\n" in outcome.out, outcome.text


@pytest.mark.parametrize("cpus", [2, 4])
def test_inv_arch_6_also_on_another_cpu(configuration, cpus):
    outcome = configuration().make("run", APP, f"SMP={cpus}")
    assert outcome.status == 0, outcome.text
    assert re.search(r"^PREEMPTED: wrong=0 often=[01] moved=1$", outcome.out, re.M), outcome.text


def test_another_register_would_be_seen(configuration):
    """In each of eight rounds: 25 integer registers of four tasks, 32 FP ones and the mode of three."""
    outcome = configuration().make("run", APP, "SMP=1", "ARGS=wrong")
    assert f"PREEMPTED: wrong={8 * (4 * 25 + 3 * 33)} " in outcome.out, outcome.text
