# SPDX-License-Identifier: MIT
"""The way of one message to another CPU, which is asleep: instructions of each part of it, from a trace
of lib/ipi's benchmark on two CPUs. Of it the sender's part lies between two marks; the receiver's begins
when its sleep ends, and is divided by the functions that begin its parts."""
from __future__ import annotations

from typing import TYPE_CHECKING

import tables

if TYPE_CHECKING:
    from bench import Code

MARK = "neuron_bench_step" # before a message, and behind its doorbell
SLEEPS = ("wfi", "ecall") # by the firmware: what it runs is not seen
SENDER = "sender: post and doorbell"
WAKING = "receiver: from its sleep to the trap"
PARTS = {"neuron_trap_entry": "trap entry", "neuron::ipi::serve<neuron::System>": "drain",
         "neuron::ipi::benches::count<neuron::System>": "handler, to its end"}


def sender(steps: list[int], mark: int) -> list[int]:
    """Between the marks of each message."""
    marks = [at for at, address in enumerate(steps) if address == mark]
    return [behind - before for before, behind in zip(marks[::2], marks[1::2])]


def receiver(steps: list[int], code: Code) -> list[dict[str, int]]:
    """Of each message that ended a sleep."""
    trap, drain, handler = (code.start_of(name) for name in PARTS)
    found = []
    slept = entered = drained = -1
    for at, address in enumerate(steps):
        if code.names[address] in SLEEPS:
            slept, entered, drained = at, -1, -1
        elif address == trap and slept >= 0:
            entered = at
        elif address == drain and entered >= 0:
            drained = at
        elif address == handler and drained >= 0:
            length = next(n for n, each in enumerate(steps[at:], 1) if code.names[each] == "ret")
            found.append(dict(zip([WAKING, *PARTS.values()],
                                  [entered - slept - 1, drained - entered, at - drained, length])))
            slept = entered = drained = -1
    return found


def measure(steps: dict[int, list[int]], code: Code) -> dict[str, int]:
    """Of the last message: the first ones fill what is made once."""
    return {SENDER: sender(steps[0], code.start_of(MARK))[-1], **receiver(steps[1], code)[-1]}


def rows(counts: dict[str, int]) -> list[str]:
    return tables.rows(["one message of no content to a CPU that sleeps", "instructions"],
                       [[part, str(count)] for part, count in [*counts.items(), ("all", sum(counts.values()))]])
