# SPDX-License-Identifier: MIT
"""Work that moves on the target: a million small tasks of CPU 0, each of which runs once."""
import re

import pytest
import steal
from expectations import expectation_files
from harness import BUILD, TOP

STORM = 170


@pytest.mark.parametrize("cpus", [2, 4, 8])
def test_a_million_small_tasks_run_once(configuration, check_records, cpus):
    """340,000 at each number of CPUs, another seed each: every CPU takes part, and more than a thousand are given away."""
    image = configuration()
    outcome = image.make("run", f"SMP={cpus}", "ARGS=steal", f"STORM={STORM}", f"SEED={cpus}", "TIMEOUT=200")
    check_records(outcome, expectation_files(image).only("steal"), cpus, storm=STORM)
    assert int(re.search(r"steal.storm .*given=(\d+)", outcome.out)[1]) > 1000, outcome.text


def test_the_cost_of_a_steal_is_what_its_table_says():
    text = (TOP / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert "\n".join(steal.rows(steal.measure(BUILD / "test" / "steal"))) in text, "run make steal-table"
