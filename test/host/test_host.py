# SPDX-License-Identifier: MIT
"""Runs each case of each host test program by itself, in each variant that mk/host.mk builds."""
import subprocess
from pathlib import Path

import pytest
from harness import BUILD, command

# TSan of this compiler can't place its shadow memory when addresses are more random than this.
TSAN_RANDOM_BITS = 28
RANDOM_BITS = Path("/proc/sys/vm/mmap_rnd_bits")


def programs() -> list[Path]:
    """What mk/host.mk says there is: VARIANT/NAME/run."""
    written = BUILD / "host" / "programs"
    assert written.is_file(), f"{written} is not there: make test-host"
    return [BUILD / "host" / program for program in written.read_text().split()]


def cases(program) -> list[str]:
    listing = subprocess.run([program, "--list-test-cases", "--no-version"], check=True,
                             capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if not line.startswith(("[doctest]", "=="))]


def runner(variant: str) -> list[str]:
    too_random = RANDOM_BITS.is_file() and int(RANDOM_BITS.read_text()) > TSAN_RANDOM_BITS
    return ["setarch", "--addr-no-randomize"] if variant == "tsan" and too_random else []


def pytest_generate_tests(metafunc):
    wanted = metafunc.config.getoption("library")
    rows = []
    for program in programs():
        variant, name = program.parts[-3:-1]
        if wanted and name != wanted:
            continue
        assert program.is_file(), f"{program} is not built: make test-host"
        rows += [pytest.param(program, case, id=f"{name}-{variant}-{case}")
                 for case in cases(program)]
    metafunc.parametrize("program,case", rows)


def test_case(program, case):
    escaped = case.replace("\\", "\\\\").replace(",", "\\,")
    done = command(*runner(program.parts[-3]), str(program), "--no-version",
                   f"--test-case={escaped}", env={"FDT_TREES": str(BUILD / "host" / "trees")})
    assert done.status == 0, done.text
    assert "1 passed" in done.out or "| 1 passed" in done.out, done.text
