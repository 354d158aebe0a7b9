# SPDX-License-Identifier: MIT
"""Runs each case of each host test program by itself, in each variant."""
import subprocess

import pytest
from harness import BUILD, TOP, command

VARIANTS = ("plain", "sanitized")


def cases(program) -> list[str]:
    listing = subprocess.run([program, "--list-test-cases", "--no-version"], check=True,
                             capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if not line.startswith(("[doctest]", "=="))]


def pytest_generate_tests(metafunc):
    wanted = metafunc.config.getoption("library")
    rows = []
    for folder in sorted((TOP / "test" / "host").iterdir()):
        if not any(folder.glob("*.cpp")) or (wanted and folder.name != wanted):
            continue
        for variant in VARIANTS:
            program = BUILD / "host" / variant / folder.name / "run"
            assert program.is_file(), f"{program} is not built: make test-host"
            rows += [pytest.param(program, case, id=f"{folder.name}-{variant}-{case}")
                     for case in cases(program)]
    metafunc.parametrize("program,case", rows)


def test_case(program, case):
    escaped = case.replace("\\", "\\\\").replace(",", "\\,")
    done = command(str(program), "--no-version", f"--test-case={escaped}",
                   env={"FDT_TREES": str(BUILD / "host" / "trees")})
    assert done.status == 0, done.text
    assert "1 passed" in done.out or "| 1 passed" in done.out, done.text
