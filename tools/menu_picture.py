#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""menuconfig as it looks on a terminal, put into a document: menu_picture.py FILE."""
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import configurations
import strict
import tables
from terminal import Terminal

SHOWN = "smp"
# What is drawn last: a screen that is only half there does not have it.
KEYS = r"\[D\] Save minimal config \(advanced\)$"


def pictures() -> dict[str, str]:
    """The menu over the default configuration, and the help of one feature in it."""
    end = re.escape((strict.read(None).syms[SHOWN.upper()].nodes[0].help or "").split()[-1])
    with TemporaryDirectory() as folder:
        config = Path(folder) / ".config"
        configurations.default(config, Path("config/qemu-virt_defconfig"))
        words = [sys.executable, "tools/configurations.py", "menuconfig", "--config", str(config)]
        with Terminal(words, Path.cwd(), dict(os.environ)) as terminal:
            menu = terminal.until(KEYS)
            terminal.press(f"/^{SHOWN}:")
            terminal.until(rf'^{SHOWN.upper()}\(=y\) "{SHOWN}: ')
            terminal.press("\n")
            terminal.until(KEYS)
            terminal.press("F")
            return {"menu": menu,
                    "menu-help": terminal.until(rf"toggle with \[F\](.|\n)*Without it(.|\n)* {end}$")}


def main() -> None:
    for name, screen in pictures().items():
        tables.put(Path(sys.argv[1]), name, ["```text", *screen.rstrip("\n").splitlines(), "```"])


if __name__ == "__main__":
    main()
