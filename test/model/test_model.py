# SPDX-License-Identifier: MIT
"""Runs each case of each model test program by itself."""
import os
import re

from harness import BUILD, TOP, command
from host.test_host import cases

COUNTS = TOP / "test/model/suite/rc11-counts.txt"


def pytest_generate_tests(metafunc):
    written = BUILD / "model" / "programs"
    assert written.is_file(), f"{written} is not there: make test-model"
    wanted = metafunc.config.getoption("library")
    rows = [(BUILD / "model" / program, case) for program in written.read_text().split()
            if not wanted or program == f"{wanted}/run" for case in cases(BUILD / "model" / program)]
    metafunc.parametrize("program,case", rows,
                         ids=[f"{program.parent.name}-{case}" for program, case in rows])


def test_case(program, case):
    escaped = case.replace("\\", "\\\\").replace(",", "\\,")
    wanted = {"MODEL_PROGRAMS": os.environ["MODEL_PROGRAMS"]} if "MODEL_PROGRAMS" in os.environ else {}
    done = command(str(program), "--no-version", f"--test-case={escaped}",
                   env={"RC11_COUNTS": str(COUNTS)} | wanted)
    assert done.status == 0, done.text
    assert re.search(r"test cases: +1 \| +1 passed", done.out), done.text
