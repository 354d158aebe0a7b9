# SPDX-License-Identifier: MIT
"""CPUs go and come while tasks take turns, sleep, lock, spawn and join: a hundred times, and nobody is left behind."""
import pytest


@pytest.mark.parametrize("cpus", [2, 4, 8])
def test_cpus_go_and_come_under_load(configuration, cpus):
    """Whoever loses a task or a wake leaves somebody waiting for good: then the image does not end."""
    outcome = configuration().make("run", "A=test/apps/hotplug", f"SMP={cpus}", f"ARGS=100 {cpus}")
    assert outcome.status == 0, outcome.text
    assert "HOTPLUG: rounds=100 refused=0 ended=8 lost=0 miscounted=0" in outcome.out.splitlines()


def test_without_preemption(configuration):
    outcome = configuration("qemu-virt", "CONFIG_PREEMPT=n").make("run", "A=test/apps/hotplug", "SMP=4", "ARGS=30 7")
    assert outcome.status == 0, outcome.text
