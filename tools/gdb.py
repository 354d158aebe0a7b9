# SPDX-License-Identifier: MIT
"""The line that starts gdb on an image. gdb starts QEMU itself and talks to it through a pipe: no
port that another session could hold."""

import shlex

STUB = ["-gdb", "stdio", "-S"]
# However gdb ends, timeout is told, and ends QEMU for sure.
ENDED_WITH_GDB = ["exec", "setpriv", "--pdeathsig", "TERM", "timeout", "--kill-after=3"]


def command(gdb: str, symbols: str, qemu: list[str], seconds: float, arguments: list[str]) -> list[str]:
    """Let gdb stop at the image's first instruction, then do what the arguments say. QEMU is ended
    after these seconds (0: never)."""
    return [gdb, "-q", symbols,
            # QEMU says that it was there before gdb, which would let it run on and wait for it.
            "-ex", "set remote query-attached-packet off",
            "-ex", "target remote | " + shlex.join([*ENDED_WITH_GDB, f"{seconds:g}", *qemu, *STUB]),
            "-ex", "tbreak _start", "-ex", "continue", *arguments]
