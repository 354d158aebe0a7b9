# SPDX-License-Identifier: MIT
"""What docs/ipi.md says of memory is what the types take."""
import ipi_memory
from harness import TOP


def test_table_is_current(monkeypatch):
    monkeypatch.chdir(TOP)
    text = (TOP / "docs/ipi.md").read_text(encoding="utf-8")
    assert "\n".join(ipi_memory.table()) in text, "run make ipi-table"


def test_more_cpus_take_more(monkeypatch):
    monkeypatch.chdir(TOP)
    numbers = ipi_memory.bytes_of_all()
    assert numbers == sorted(set(numbers[:3])) + sorted(set(numbers[3:6])) + sorted(set(numbers[6:]))
    assert all(bare < ring for bare, ring in zip(numbers[:3], numbers[3:6]))
