# SPDX-License-Identifier: MIT
"""What instructions must show to have an order (RISC-V ISA, chapter "RVWMO Memory Consistency
Model" and appendix A.5). Independent of the table, so that a table written from a faulty compiler
is refused."""
import re

ACQUIRES = ("acquire", "acq_rel", "seq_cst")
RELEASES = ("release", "acq_rel", "seq_cst")

READS = re.compile(r"lr\.|amo|l[wd]$")
WRITES = re.compile(r"sc\.|amo|s[wd]$")
# No rule can look into a call, and a word is 4 or 8 bytes.
FORBIDDEN = re.compile(r"jal|call|tail|auipc|[ls][bh]")


def bits(instruction: str) -> str:
    """aq, rl, aqrl or nothing: the last part of lr, sc and amo."""
    last = instruction.rpartition(".")[2]
    return last if last in ("aq", "rl", "aqrl") else ""


def is_fence(instruction: str, before: str, after: str) -> bool:
    """Whether it orders the accesses `before` (r, w) before the accesses `after`."""
    if instruction == "fence.tso":
        return not ("w" in before and "r" in after)
    word, _, sets = instruction.partition(" ")
    if word != "fence" or "," not in sets:
        return False
    predecessors, successors = sets.split(",")
    return set(before) <= set(predecessors) and set(after) <= set(successors)


def place(pattern: re.Pattern, code: list[str]) -> int | None:
    return next((at for at, each in enumerate(code) if pattern.match(each)), None)


def releases(code: list[str]) -> bool:
    """Earlier reads and writes come before the write."""
    at = place(WRITES, code)
    return at is not None and ("rl" in bits(code[at])
                               or any(is_fence(each, "rw", "w") for each in code[:at]))


def acquires(code: list[str]) -> bool:
    """The read comes before later reads and writes."""
    at = place(READS, code)
    return at is not None and ("aq" in bits(code[at])
                               or any(is_fence(each, "r", "rw") for each in code[at + 1:]))


def write_first(code: list[str]) -> bool:
    """The write comes before later reads."""
    at = place(WRITES, code)
    return at is not None and ("aq" in bits(code[at])
                               or any(is_fence(each, "w", "r") for each in code[at + 1:]))


def read_last(code: list[str]) -> bool:
    """The read comes after earlier writes. An amo reads and writes as one access."""
    at = place(READS, code)
    if at is None:
        return False
    after = "w" if code[at].startswith("amo") else "r"
    return "rl" in bits(code[at]) or any(is_fence(each, "rw", after) for each in code[:at])


def fence_is_weak(order: str, code: list[str]) -> bool:
    needed = {"acquire": [("r", "rw")], "release": [("rw", "w")], "seq_cst": [("rw", "rw")],
              "acq_rel": [("r", "rw"), ("rw", "w")], "relaxed": []}[order]
    return not all(any(is_fence(each, *pair) for each in code) for pair in needed)


def seq_cst_faults(table: dict[tuple[str, ...], list[str]]) -> list[tuple[str, ...]]:
    """A seq_cst read must not pass an earlier seq_cst write. Either all the writes see to that or
    all the reads; a table that mixes both ways does neither. The rows that lack it."""
    rows = [row for row in table if "seq_cst" in row and row[0] != "fence"]
    writes = [row for row in rows if row[0] != "load" and row[2] == "seq_cst"
              and not write_first(table[row])]
    reads = [row for row in rows if row[0] != "store" and not read_last(table[row])]
    return min(writes, reads, key=len)


def faults(row: tuple[str, ...], code: list[str]) -> list[str]:
    """What this row of the table lacks."""
    if row[0] == "fence":
        return ["a weaker fence than asked for"] if fence_is_weak(row[1], code) else []
    operation, _, success, *failure = row
    found = [f"no {each}" for each in code if FORBIDDEN.match(each)]
    if operation != "load" and success in RELEASES and not releases(code):
        found.append("no release: neither .rl on the write nor a fence rw,w before it")
    reads = [success, *failure] if operation != "store" else []
    if set(reads) & set(ACQUIRES) and not acquires(code):
        found.append("no acquire: neither .aq on the read nor a fence r,rw behind it")
    if place(READS if operation == "load" else WRITES, code) is None:
        found.append("no access")
    return found
