# SPDX-License-Identifier: MIT
"""The checker of the causal chain: a good run, and each thing that can be wrong with one."""
import struct

import causal
import pytest
from causal import ACKNOWLEDGE, MERGED, REQUEST, RUNG, TRAP

PLAIN, MERGES = 7, 3 # kinds


def chain(*diaries) -> causal.Chain:
    """The verdict on diaries of (step, kind, peer, sequence)."""
    made = causal.Chain([[causal.Event(*each) for each in diary] for diary in diaries],
                        list(range(len(diaries))))
    causal.check_requests(made)
    causal.check_acknowledgements(made, {MERGES})
    causal.check_order(made)
    return made


def sent(sequence, kind=PLAIN, step=RUNG):
    return [(REQUEST, kind, 1, sequence), (step, kind, 1, sequence)]


def test_good_runs():
    one = chain([*sent(1), *sent(2, step=MERGED)],
                [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1), (ACKNOWLEDGE, PLAIN, 0, 2)])
    assert one.problems == [] and one.counts["requests"] == 2 and one.counts["acknowledgements"] == 2
    assert chain([*sent(1, MERGES), *sent(2, MERGES, MERGED)],
                 [(TRAP, 0, 1, 0), (ACKNOWLEDGE, MERGES, 0, 2)]).problems == []


@pytest.mark.parametrize("sender, receiver, said", [
    (sent(1), [(TRAP, 0, 1, 0)], "1 was never acknowledged"),
    (sent(1), [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1), (ACKNOWLEDGE, PLAIN, 0, 1)], "acknowledged twice"),
    (sent(1), [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1), (ACKNOWLEDGE, PLAIN, 0, 2)], "2 was acknowledged, but never"),
    (sent(1), [(TRAP, 0, 1, 0), (ACKNOWLEDGE, MERGES, 0, 1)], "1 was acknowledged, but never requested"),
    ([*sent(1), *sent(2)], [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 2), (ACKNOWLEDGE, PLAIN, 0, 1)], "out of order"),
    ([*sent(1, MERGES), *sent(2, MERGES)], [(TRAP, 0, 1, 0), (ACKNOWLEDGE, MERGES, 0, 1)], "2 was never acknowledged"),
    (sent(2), [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 2)], "request 2 comes after 0"),
    ([(REQUEST, PLAIN, 1, 1), *sent(2)], [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1), (ACKNOWLEDGE, PLAIN, 0, 2)],
     "message 1 was not announced"),
    (sent(1), [(ACKNOWLEDGE, PLAIN, 0, 1)], "1 doorbells, but no trap"),
    # It answers before it can have heard: its own message, which the other's request follows, comes later.
    ([(ACKNOWLEDGE, PLAIN, 1, 1), *sent(1)],
     [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1), (REQUEST, PLAIN, 0, 1), (RUNG, PLAIN, 0, 1)],
     "was acknowledged before it was requested"),
])
def test_what_is_wrong_is_named(sender, receiver, said):
    problems = chain(sender, receiver).problems
    assert any(said in problem for problem in problems), problems


def test_traps_are_counted_by_another():
    made = chain(sent(1), [(TRAP, 0, 1, 0), (ACKNOWLEDGE, PLAIN, 0, 1)])
    line = "riscv_trap hart:1, async:1, cause:0000000000000001, epc:0x0, tval:0x0, desc=s_software\n"
    causal.check_traps(made, line)
    assert made.problems == []
    causal.check_traps(made, "")
    assert made.problems == ["CPU 1: it noted 1 traps, QEMU 0"]


def test_traces_are_read_from_memory():
    memory = bytearray(256)
    struct.pack_into("<Q", memory, 64, 2)
    struct.pack_into("<HHIQ", memory, 72, REQUEST, PLAIN, 0, 1)
    struct.pack_into("<HHIQ", memory, 88, RUNG, PLAIN, 0, 1)
    read = causal.read("CHAIN: cpu=0 hart=3 trace=0x80000040\n", bytes(memory))
    assert read.harts == [3] and [event.step for event in read.diaries[0]] == [REQUEST, RUNG]
    for console, said in (("", "no CHAIN line"), ("CHAIN: cpu=0 hart=0 trace=0x90000000\n", "outside")):
        with pytest.raises(ValueError, match=said):
            causal.read(console, bytes(memory))
    struct.pack_into("<Q", memory, 64, 1000)
    with pytest.raises(ValueError, match="do not fit"):
        causal.read("CHAIN: cpu=0 hart=3 trace=0x80000040\n", bytes(memory))
