# SPDX-License-Identifier: MIT
"""INV-ARCH-5: computations that take turns on a CPU keep their registers, integer and FP."""
import pytest

APP = "A=test/apps/turns"


@pytest.mark.parametrize("configured", ["qemu-virt", "minimal"])
def test_inv_arch_5_each_finds_its_registers_as_it_left_them(configuration, configured):
    outcome = configuration(configured).make("run", APP, "SMP=1")
    assert outcome.status == 0, outcome.text
    assert "TURNS: turns=1000 1000 1000 wrong=0 main=500\n" in outcome.out, outcome.text
    assert "TURNS: fp=1 0 1 main=1\n" in outcome.out, outcome.text # who uses none pays for none


def test_another_register_would_be_seen(configuration):
    """Each turn but the last, which does not come back, in 24 registers and the rounding mode."""
    outcome = configuration().make("run", APP, "SMP=1", "ARGS=wrong")
    assert f" wrong={2 * 999 * 25} " in outcome.out, outcome.text
