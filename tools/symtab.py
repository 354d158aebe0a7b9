#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the table that lib/symtab reads, as assembly, from the symbols of a linked image.

Format, little-endian 32-bit words: the number N of functions; N distances from __image_start,
ascending; N offsets of names from the start of the table; then the names, each with a NUL. The last
"function" is the end of the text, and its name is empty.
"""
import subprocess
import sys


def functions(prefix: str, image: str) -> tuple[int, dict[int, str]]:
    """Where the image starts, and each function's name by address (one name an address)."""
    listing = subprocess.run([f"{prefix}nm", "-n", image], check=True, capture_output=True,
                             text=True).stdout
    plain = subprocess.run([f"{prefix}c++filt", "-p"], input=listing, check=True,
                           capture_output=True, text=True).stdout
    start, names = 0, {}
    for line in plain.splitlines():
        address, kind, name = line.split(" ", 2)
        if name == "__image_start":
            start = int(address, 16)
        elif name == "__text_end": # no function, and behind it there are none
            names[int(address, 16)] = ""
            break
        elif kind in "tTwW" and not name.startswith(("$", ".L")):
            names.setdefault(int(address, 16), name)
    return start, names


def assembly(start: int, names: dict[int, str]) -> str:
    addresses = sorted(names)
    lines = ['    .section .symbol_table, "a"', "    .balign 4", "table:",
             f"    .word {len(addresses)}"]
    lines += [f"    .word {address - start}" for address in addresses]
    lines += [f"    .word name_{i} - table" for i in range(len(addresses))]
    for i, address in enumerate(addresses):
        text = names[address].replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'name_{i}: .asciz "{text}"')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(assembly(*functions(sys.argv[1], sys.argv[2])))
