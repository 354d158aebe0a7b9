#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""menuconfig as it looks on a terminal, put into a document: menu_picture.py FILE."""
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import configurations
import tables
from terminal import Terminal

SHOWN = "smp"
KEYS = r"\[D\] Save minimal config" # the last line of the menu


def pictures() -> dict[str, str]:
    """The menu over the default configuration, and the help of one feature in it."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / ".config"
        configurations.default(config, Path("config/qemu-virt_defconfig"))
        words = [sys.executable, "tools/configurations.py", "menuconfig", "--config", str(config)]
        with Terminal(words, Path.cwd(), dict(os.environ)) as terminal:
            menu = terminal.until(KEYS)
            terminal.press(f"/{SHOWN}:")
            terminal.until(rf'^{SHOWN.upper()}\(=y\) "{SHOWN}: ')
            terminal.press("\n")
            terminal.until(KEYS)
            terminal.press("F")
            return {"menu": menu, "menu-help": terminal.until(r"toggle with \[F\](.|\n)*Without it")}


def main() -> None:
    for name, screen in pictures().items():
        tables.put(Path(sys.argv[1]), name, ["```text", *screen.rstrip("\n").splitlines(), "```"])


if __name__ == "__main__":
    main()
