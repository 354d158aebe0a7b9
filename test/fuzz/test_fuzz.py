# SPDX-License-Identifier: MIT
"""A bounded part of fuzzing: the corpus, and some inputs made from it."""
import re

from harness import BUILD, TOP, command

INPUTS = 20_000


def test_device_trees_that_nobody_made():
    outcome = command("make", f"O={BUILD}", "fuzz", f"N={INPUTS}")
    assert outcome.status == 0, outcome.text[-3000:]
    executed = re.findall(r"stat::number_of_executed_units: *(\d+)", outcome.text)
    assert len(executed) == len(list((TOP / "test/fuzz").glob("*.cpp")))
    assert all(int(count) >= INPUTS for count in executed), executed


def test_the_corpus_is_small_and_reaches_trees():
    files = [path for path in (TOP / "test/fuzz/corpus").iterdir() if path.is_file()]
    assert len(files) >= 20 and sum(path.stat().st_size for path in files) < 250_000
    assert sum(path.read_bytes()[:4] == b"\xd0\x0d\xfe\xed" for path in files) > len(files) // 2
