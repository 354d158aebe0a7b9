#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What it costs that an idle CPU takes a task: instructions of each part, from a trace of two CPUs.

  steal.py --build DIR                              prints the table
  steal.py --build DIR --table docs/benchmarks.md   writes it there, between its markers
"""
import sys
from pathlib import Path

import images
import tables
from bench import Code, trace

APP = "test/apps/steal"


def start_of(code: Code, part: str) -> int:
    """Where the function begins whose name has that part."""
    found = [at for name, at in code.functions.items() if part in name]
    return found[0] if found else sys.exit(f"steal: the image has no function {part}")


def last(steps: list[int], address: int, before: int | None = None) -> int:
    """The last step at that address before another step."""
    return next(at for at in range((before or len(steps)) - 1, -1, -1) if steps[at] == address)


def measure(folder: Path) -> dict[str, int]:
    image = images.build(folder, APP, lines=images.LEAN)
    code = Code(image)
    steps = trace(image, code, smp=2)
    owner, thief = steps[0], steps[1]
    began = last(thief, code.start_of("task_that_is_taken"))
    sleeps = [at for at in range(began) if code.names[thief[at]] == "wfi"]
    told, asked = sleeps[-2:]
    chosen = last(owner, start_of(code, "steal::detail::give<"))
    trap = last(owner, code.start_of("neuron_trap_entry"), chosen)
    answered = next(at for at in range(chosen, len(owner)) if code.names[owner[at]] == "sret")
    tells = last(owner, start_of(code, "steal::detail::advertise<neuron::System, neuron::core::IrqOff>"), trap)
    back = next(at for at in range(tells, len(owner)) if owner[at] == code.behind[owner[tells - 1]])
    return {"owner: tells a CPU that sleeps": back - tells,
            "that CPU: from its wfi until it has asked and sleeps again": asked - told,
            "owner: the interrupt in which it gives one task": answered - trap + 1,
            "that CPU: from its wfi to the task's first instruction": began - asked}


def rows(parts: dict[str, int]) -> list[str]:
    request = list(parts.values())[1:]
    return tables.rows(["an idle CPU takes a task", "instructions"],
                       [[part, str(count)] for part, count in [*parts.items(), ("from told to the first instruction", sum(request)),
                                                               ("all", sum(parts.values()))]])


def table(build_folder: Path) -> list[str]:
    return rows(measure(build_folder / "steal"))


if __name__ == "__main__":
    tables.command(__doc__, "steal", "--build", table)
