# SPDX-License-Identifier: MIT
"""Booting an app and judging what it printed."""
from pathlib import Path

import pytest
import records

SMP_COUNTS = (1, 2, 3, 4, 8)


def pytest_generate_tests(metafunc):
    """Boot tests run at each of some counts, or at the one that SMP= names."""
    if "smp" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("smp")
        if wanted and not wanted.isdigit():
            pytest.exit(f"SMP={wanted}: a number is wanted", returncode=2)
        counts = (int(wanted),) if wanted else SMP_COUNTS
        metafunc.parametrize("smp", counts, ids=[f"smp{n}" for n in counts])


@pytest.fixture
def check_records():
    """Judges a run of the selftest image by its records and its exit status."""
    def check(outcome, files, smp, storm=1):
        run = records.parse(outcome.out)
        expected = [each for file in files
                    for each in records.parse_expectations(Path(file).read_text(), file)]
        assert records.check(run, expected, outcome.status, {"SMP": smp, "STORM": storm}) == [], outcome.text
    return check
