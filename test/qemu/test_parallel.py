# SPDX-License-Identifier: MIT
"""Programs that idle CPUs share: the result is that of one CPU alone, and while nobody is idle they cost
little more than plain calls."""
import re

import parallel
import pytest
from harness import BUILD, TOP


@pytest.mark.parametrize("words", [(), ("ARGS=1",), ("ARGS=12345 7",)])
def test_boxes_are_those_of_one_cpu_alone(configuration, words):
    image = configuration()
    lines = set()
    for cpus in (1, 2, 4, 8):
        outcome = image.make("run", "A=layout", f"SMP={cpus}", *words) # compares both, and says so by its status
        assert outcome.status == 0, outcome.text
        lines.add(re.search(r"^layout: \d+ boxes, \d+ high, hash [0-9a-f]{16}$", outcome.out, re.M)[0])
    assert len(lines) == 1, lines


@pytest.mark.parametrize("given, said", [("0", "NODES is a number from 1 to 100000"),
                                         ("100001", "NODES is a number from 1 to 100000"),
                                         ("5 x", "SEED is a number from 1 to 1000000")])
def test_reject_numbers_out_of_range(configuration, given, said):
    outcome = configuration().make("run", "A=layout", f"ARGS={given}")
    assert outcome.status != 0 and f'layout: {said}: ARGS="NODES SEED"' in outcome.out.splitlines(), outcome.text


def test_programs_cost_five_percent_more_at_most():
    figures = parallel.measure(BUILD / "test" / "parallel")
    assert [(name, plain, shared) for name, plain, shared in figures if shared > 1.05 * plain] == []
    text = (TOP / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert "\n".join(parallel.rows(figures)) in text, "run make parallel-table"


@pytest.mark.parametrize("cpus", [1, 4])
def test_programs_have_the_results_of_plain_calls(configuration, cpus):
    outcome = configuration().make("run", "A=test/apps/parallel", f"SMP={cpus}")
    assert outcome.status == 0 and outcome.out.count(" same\n") == 4, outcome.text
