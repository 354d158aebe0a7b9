# SPDX-License-Identifier: MIT
"""Work that moves on the target: a million small tasks of CPU 0, each of which runs once."""
import re

import pytest
from expectations import expectation_files

STORM = 170


@pytest.mark.parametrize("cpus", [2, 4, 8])
def test_a_million_small_tasks_run_once(configuration, check_records, cpus):
    """340,000 at each number of CPUs, another seed each: every CPU takes part, and more than a thousand are given away."""
    image = configuration()
    outcome = image.make("run", f"SMP={cpus}", "ARGS=steal", f"STORM={STORM}", f"SEED={cpus}", "TIMEOUT=200")
    check_records(outcome, expectation_files(image).only("steal"), cpus, storm=STORM)
    assert int(re.search(r"steal.storm .*given=(\d+)", outcome.out)[1]) > 1000, outcome.text
