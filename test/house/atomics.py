# SPDX-License-Identifier: MIT
"""Which instructions each atomic operation becomes in the kernel world: makes the table that
test_atomics.py compares with (make atomics-table writes it).

A row is an operation with its bytes and orders, then what touches memory or orders it: loads,
stores, lr, sc, amo and fences with their sets; and calls, which there should be none of. Registers,
arithmetic, moves and branches are left out, since they change with the compiler's mood.
"""
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import BUILD, TOP, Configuration, command
from house import kernel_world

TABLE = TOP / "test/house/atomics.txt"
HEAD = """\
# What core::Atomic and core::fence become in the kernel world: operation, bytes, orders, then the
# instructions that touch memory or order it. Written by make atomics-table; see atomics.py.
"""

ORDERS = ("relaxed", "acquire", "release", "acq_rel", "seq_cst")
OF_LOADS = ("relaxed", "acquire", "seq_cst")
OF_STORES = ("relaxed", "release", "seq_cst")
UPDATES = ("exchange", "fetch_add", "fetch_sub", "fetch_or", "fetch_and")
TYPES = {4: "std::uint32_t", 8: "std::uint64_t"}

Row = tuple[str, ...] # operation, bytes, orders

KEPT = re.compile(r"\t((?:lr|sc|amo\w+)\.[\w.]+|l[bhwd]u?|s[bhwd]|fence\S*|jalr?|call|tail|auipc)"
                  r"(?:\t(\S+))?")


def rows() -> Iterator[tuple[Row, str]]:
    """Each row with the C++ expression that it stands for; the word is `a`."""
    for size in TYPES:
        each = [("load", (order,), "a.load({})") for order in OF_LOADS]
        each += [("store", (order,), "a.store(x, {})") for order in OF_STORES]
        each += [(update, (order,), f"a.{update}(x, {{}})") for update in UPDATES
                 for order in ORDERS]
        each += [("compare_exchange", (success, failure), "a.compare_exchange(x, y, {})")
                 for success in ORDERS for failure in OF_LOADS]
        for operation, orders, expression in each:
            yield (operation, str(size), *orders), expression.format(", ".join(orders))
    for order in ORDERS:
        yield ("fence", order), f"fence({order})"


def source() -> str:
    """One function for each row. Operands come by value: no other memory is touched."""
    text = "#include <neuron/core/atomic.hpp>\n#include <cstdint>\nusing namespace neuron::core;\n"
    for row, expression in rows():
        word = TYPES[int(row[1])] if row[1].isdigit() else "std::uint32_t"
        text += (f"extern \"C\" auto {'__'.join(row)}(Atomic<{word}>& a, {word} x, {word} y) "
                 f"{{ (void)a, (void)x, (void)y; return {expression}; }}\n")
    return text


def disassembled(listing: str) -> dict[Row, list[str]]:
    """The kept instructions of each function that objdump shows."""
    result: dict[Row, list[str]] = {}
    current: list[str] = []
    for line in listing.splitlines():
        if label := re.match(r"[0-9a-f]+ <(\w+)>:", line):
            current = result[tuple(label[1].split("__"))] = []
        elif (found := KEPT.search(line)) and not line.endswith("\tret"):
            sets = f" {found[2] or 'iorw,iorw'}" if found[1] == "fence" else ""
            current.append(found[1] + sets)
    return result


def compiled(world: kernel_world.KernelWorld, file: Path, includes: list[str]) -> dict[Row, list[str]]:
    """What the compiler makes of the functions of a file, each named after its row."""
    made = world.compile(file, *includes, "-O2", "-Wno-return-type-c-linkage", "-fomit-frame-pointer", "-o", f"{file}.o")
    assert made.status == 0, made.text
    listing = command("riscv64-linux-gnu-objdump", "-d", "--no-show-raw-insn", f"{file}.o")
    return disassembled(listing.out)


def emitted(world: kernel_world.KernelWorld, includes: list[str]) -> dict[Row, list[str]]:
    """What the compiler makes of every row, with these include paths."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "atomics.cpp"
        file.write_text(source())
        return compiled(world, file, includes)


def text_of(table: dict[Row, list[str]]) -> str:
    return HEAD + "".join(f"{' '.join(row)}: {'; '.join(table[row])}".rstrip() + "\n"
                          for row, _ in rows())


def read() -> dict[Row, list[str]]:
    """The table of the repository."""
    result = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            row, _, instructions = line.partition(":")
            result[tuple(row.split())] = [each.strip() for each in instructions.split(";")
                                          if each.strip()]
    return result


def main() -> int:
    configuration = Configuration(BUILD / "test" / "atomics")
    made = configuration.make("qemu-virt_defconfig")
    assert made.status == 0, made.text
    world = kernel_world.of(configuration)
    TABLE.write_text(text_of(emitted(world, world.includes["lib/core"])), encoding="utf-8")
    print(f"wrote {TABLE.relative_to(TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
