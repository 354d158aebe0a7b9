# SPDX-License-Identifier: MIT
"""The interrupts that lib/timer's README says are saved are those that its host test counts."""
import timer_table
from harness import BUILD, TOP


def test_table_is_current():
    text = (TOP / "lib/timer/README.md").read_text(encoding="utf-8")
    lines = timer_table.table(BUILD / "host/plain/timer/run")
    assert len(lines) > 6
    assert "\n".join(lines) in text, "run make timer-table"
