#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks the causal chain of every message of a run, from what each CPU noted of it.

  causal.py --log CONSOLE --memory FILE [--traps FILE]

The image must have CONFIG_IPI_TRACE_EVENTS and print `CHAIN: cpu=N hart=N trace=ADDRESS` for each CPU;
FILE is the machine's memory (a file behind QEMU's RAM). Events of different CPUs are ordered by their
messages alone: nobody's clock is asked. QEMU's own log of traps (-trace riscv_trap) says how many
software interrupts each hart took.
"""
import argparse
import re
import struct
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

RAM = 0x8000_0000 # where QEMU's virt machine has it
REQUEST, RUNG, MERGED, POLLED, RING_FAILED, RETRIED, TRAP, ACKNOWLEDGE = range(1, 9)
ANNOUNCED = {RUNG: "rung", MERGED: "merged", POLLED: "polled", RING_FAILED: "ring failed"}
EVENT = struct.Struct("<HHIQ")
WHERE = re.compile(r"^CHAIN: cpu=(\d+) hart=(\d+) trace=0x([0-9a-f]+)\r?$", re.M)
TRAPPED = re.compile(r"riscv_trap hart:(\d+), async:1, cause:0*1,")


@dataclass(frozen=True)
class Event:
    """One line of a CPU's diary."""

    step: int
    kind: int
    peer: int
    sequence: int


@dataclass
class Chain:
    """The diaries, what is wrong with them, and what they hold."""

    diaries: list[list[Event]] = field(default_factory=list)
    harts: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


def memory_words(file: Path, size: str) -> list[str]:
    """What QEMU is told so that the machine's memory is this file."""
    return ["-object", f"memory-backend-file,id=ram,size={size},mem-path={file},share=on",
            "-machine", "memory-backend=ram"]


def read(console: str, memory: bytes) -> Chain:
    """The diaries out of the machine's memory."""
    chain = Chain()
    for cpu, hart, address in WHERE.findall(console):
        if int(cpu) != len(chain.harts):
            chain.problems.append(f"CPU {cpu} comes where CPU {len(chain.harts)} should")
        start = int(address, 16) - RAM
        if not 0 <= start <= len(memory) - 8:
            raise ValueError(f"CPU {cpu}: its trace lies outside the memory")
        count, = struct.unpack_from("<Q", memory, start)
        room = (len(memory) - start - 8) // EVENT.size
        if count > room:
            raise ValueError(f"CPU {cpu}: {count} events do not fit into the memory")
        chain.harts.append(int(hart))
        chain.diaries.append([Event(*fields) for fields in
                              EVENT.iter_unpack(memory[start + 8:start + 8 + count * EVENT.size])])
        for number, event in enumerate(chain.diaries[-1]):
            if not REQUEST <= event.step <= ACKNOWLEDGE:
                chain.problems.append(f"CPU {cpu}: event {number} is none: the trace was too short")
                break
    if not chain.diaries:
        raise ValueError("no CHAIN line: the image did not say where its traces are")
    return chain


def check_requests(chain: Chain) -> None:
    """A sender numbers its messages to each receiver without a gap, and announces each at once."""
    for cpu, diary in enumerate(chain.diaries):
        last: Counter = Counter()
        open_request: Event | None = None
        for event in diary:
            if event.step == REQUEST:
                last[event.peer] += 1
                if event.sequence != last[event.peer]:
                    chain.problems.append(f"CPU {cpu} -> {event.peer}: request {event.sequence} comes "
                                          f"after {last[event.peer] - 1}")
                    last[event.peer] = event.sequence
                if open_request:
                    chain.problems.append(f"CPU {cpu} -> {open_request.peer}: message "
                                          f"{open_request.sequence} was not announced")
                open_request = event
                chain.counts["requests"] += 1
            elif event.step in ANNOUNCED:
                wanted = open_request and (open_request.kind, open_request.peer, open_request.sequence)
                if (event.kind, event.peer, event.sequence) != wanted:
                    chain.problems.append(f"CPU {cpu} -> {event.peer}: message {event.sequence} was "
                                          f"announced, but {wanted} was to be")
                open_request = None
                chain.counts[ANNOUNCED[event.step]] += 1
            elif event.step == TRAP:
                chain.counts["traps"] += 1


def check_acknowledgements(chain: Chain, merging: set[int]) -> None:
    """Each message is acknowledged once, by its receiver, with its kind; of the kinds that merge, an
    acknowledgement stands for all before it. Of one sender and kind they come in order."""
    requests: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for cpu, diary in enumerate(chain.diaries):
        for event in diary:
            if event.step == REQUEST:
                requests[cpu, event.peer, event.kind].append(event.sequence)
    got: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for cpu, diary in enumerate(chain.diaries):
        for event in diary:
            if event.step == ACKNOWLEDGE:
                got[event.peer, cpu, event.kind].append(event.sequence)
                chain.counts["acknowledgements"] += 1
    for key in sorted(requests.keys() | got.keys()):
        sender, receiver, kind = key
        where = f"CPU {sender} -> {receiver}, kind {kind}"
        asked, answered = requests[key], got[key]
        for sequence in sorted(set(answered) - set(asked)):
            chain.problems.append(f"{where}: {sequence} was acknowledged, but never requested")
        if sorted(set(answered)) != answered:
            chain.problems.append(f"{where}: acknowledged twice, or out of order")
        if kind in merging:
            if asked and (not answered or max(answered) < asked[-1]):
                chain.problems.append(f"{where}: {asked[-1]} was never acknowledged")
        elif lost := sorted(set(asked) - set(answered)):
            chain.problems.append(f"{where}: {lost[0]} was never acknowledged ({len(lost)} like it)")


def check_order(chain: Chain) -> None:
    """No effect before its cause: the diaries can be read together, each in its order, so that every
    acknowledgement comes behind its request. A doorbell that rang is followed by a trap."""
    places = [0] * len(chain.diaries)
    requested: set[tuple[int, int, int]] = set()
    moved = True
    while moved:
        moved = False
        for cpu, diary in enumerate(chain.diaries):
            while places[cpu] < len(diary):
                event = diary[places[cpu]]
                if event.step == REQUEST:
                    requested.add((cpu, event.peer, event.sequence))
                elif event.step == ACKNOWLEDGE and (event.peer, cpu, event.sequence) not in requested:
                    break
                places[cpu] += 1
                moved = True
    for cpu, diary in enumerate(chain.diaries):
        if places[cpu] < len(diary):
            event = diary[places[cpu]]
            chain.problems.append(f"CPU {event.peer} -> {cpu}: {event.sequence} was acknowledged before "
                                  "it was requested")
    rung = Counter(event.peer for diary in chain.diaries for event in diary
                   if event.step in (RUNG, RETRIED))
    for cpu, diary in enumerate(chain.diaries):
        if rung[cpu] and not any(event.step == TRAP for event in diary):
            chain.problems.append(f"CPU {cpu}: {rung[cpu]} doorbells, but no trap")


def check_traps(chain: Chain, trace: str) -> None:
    """The outside witness: QEMU counts as many software interrupts as each CPU noted; the last one of
    a hart may have been on its way when the image ended."""
    counted = Counter(int(hart) for hart in TRAPPED.findall(trace))
    for cpu, diary in enumerate(chain.diaries):
        noted = sum(event.step == TRAP for event in diary)
        if not 0 <= counted[chain.harts[cpu]] - noted <= 1:
            chain.problems.append(f"CPU {cpu}: it noted {noted} traps, QEMU {counted[chain.harts[cpu]]}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="causal", description=__doc__.partition("\n")[0])
    parser.add_argument("--log", required=True, help="the console's text")
    parser.add_argument("--memory", required=True, help="the machine's memory")
    parser.add_argument("--merging", default="", help="kinds of which messages merge: 0,1,2")
    parser.add_argument("--traps", help="QEMU's log of traps")
    options = parser.parse_args()
    try:
        with open(options.log, encoding="utf-8", errors="replace") as console, \
             open(options.memory, "rb") as memory:
            chain = read(console.read(), memory.read())
        check_requests(chain)
        check_acknowledgements(chain, {int(kind) for kind in options.merging.split(",") if kind})
        check_order(chain)
        if options.traps:
            with open(options.traps, encoding="utf-8", errors="replace") as trace:
                check_traps(chain, trace.read())
    except (OSError, ValueError) as error:
        print(f"causal: {error}", file=sys.stderr)
        return 2
    for problem in chain.problems[:20]:
        print(f"causal: {problem}")
    if len(chain.problems) > 20:
        print(f"causal: and {len(chain.problems) - 20} more")
    print("causal: " + " ".join(f"{name.replace(' ', '-')}={count}"
                                for name, count in sorted(chain.counts.items())))
    return 1 if chain.problems else 0


if __name__ == "__main__":
    sys.exit(main())
