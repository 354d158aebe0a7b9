# SPDX-License-Identifier: MIT
"""At how many CPUs boot tests run."""
import pytest

SMP_COUNTS = (1, 2, 3, 4, 8)


def pytest_generate_tests(metafunc):
    """Boot tests run at each of some counts, or at the one that SMP= names."""
    if "smp" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("smp")
        if wanted and not wanted.isdigit():
            pytest.exit(f"SMP={wanted}: a number is wanted", returncode=2)
        counts = (int(wanted),) if wanted else SMP_COUNTS
        metafunc.parametrize("smp", counts, ids=[f"smp{n}" for n in counts])
