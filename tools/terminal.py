# SPDX-License-Identifier: MIT
"""A program on a terminal of its own: keys go in, what its screen shows can be read. As much of a
VT100 as curses uses of it (TERM=vt100)."""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path

ROWS, COLUMNS = 24, 80
# What only changes looks is read over.
SEQUENCE = re.compile(r"\x1b(?:\[(?P<numbers>[0-9;?]*)(?P<end>[A-Za-z])|[()][0-9A-Z]|[=>])")
BEGUN = re.compile(r"\x1b(?:\[[0-9;?]*|[()])?$")


class Screen:
    """What a person would see."""

    def __init__(self) -> None:
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.top, self.bottom = 0, ROWS - 1
        self.rest = ""

    def text(self) -> str:
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def feed(self, text: str) -> None:
        text = self.rest + text
        place = 0
        while place < len(text):
            if found := SEQUENCE.match(text, place):
                self.obey(found)
                place = found.end()
            elif BEGUN.match(text, place):
                break
            else:
                self.put(text[place])
                place += 1
        self.rest = text[place:]

    def put(self, letter: str) -> None:
        if letter == "\r":
            self.column = 0
        elif letter == "\n":
            self.down()
        elif letter == "\b":
            self.column = max(0, self.column - 1)
        elif letter == "\x1b":
            raise NotImplementedError("a sequence that this screen does not know")
        elif letter >= " ":
            if self.column == COLUMNS:
                self.column = 0
                self.down()
            self.cells[self.row][self.column] = letter
            self.column += 1

    def down(self) -> None:
        if self.row == self.bottom:
            del self.cells[self.top]
            self.cells.insert(self.bottom, [" "] * COLUMNS)
        else:
            self.row = min(self.row + 1, ROWS - 1)

    def obey(self, found: re.Match) -> None:
        if found["end"] is None or found["numbers"].startswith("?"):
            return
        numbers = [int(number or 0) for number in found["numbers"].split(";")]
        count = max(1, numbers[0])
        column = min(self.column, COLUMNS - 1)
        match found["end"]:
            case "H":
                numbers += [0]
                self.row = min(max(numbers[0], 1), ROWS) - 1
                self.column = min(max(numbers[1], 1), COLUMNS) - 1
            case "A":
                self.row = max(self.row - count, 0)
            case "B":
                self.row = min(self.row + count, ROWS - 1)
            case "C":
                self.column = min(column + count, COLUMNS - 1)
            case "D":
                self.column = max(column - count, 0)
            case "r":
                numbers += [ROWS]
                self.top, self.bottom = count - 1, numbers[1] - 1
                self.row = self.column = 0
            case "K" if numbers[0] == 0:
                self.cells[self.row][column:] = [" "] * (COLUMNS - column)
            case "J" if numbers[0] == 0:
                self.cells[self.row][column:] = [" "] * (COLUMNS - column)
                for row in range(self.row + 1, ROWS):
                    self.cells[row] = [" "] * COLUMNS
            case "m":
                pass
            case _:
                raise NotImplementedError(repr(found[0]))


class Terminal:
    """Starts the program. Used as a context, it ends it."""

    def __init__(self, words: list[str], cwd: Path, env: dict[str, str],
                 term: str = "vt100") -> None:
        self.screen = Screen()
        self.sent = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(words[0], words, env | {"TERM": term, "LC_ALL": "C.UTF-8"})

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_) -> None:
        if self.pid: # it was not seen to end: all that it started ends with it
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.end)

    def press(self, keys: str) -> None:
        os.write(self.end, keys.encode())

    def read(self, deadline: float) -> bool:
        """Takes in what comes next; false if there was nothing until the deadline, or the end."""
        if not select.select([self.end], [], [], max(0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"the screen stayed as it is:\n{self.screen.text()}")
        try:
            data = os.read(self.end, 65536)
        except OSError: # Linux says so when the program has ended
            return False
        text = self.decoder.decode(data)
        self.sent += text
        self.screen.feed(text)
        return bool(data)

    def wait(self, pattern: str, shown: Callable[[], str], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not re.search(pattern, shown(), re.M):
            if not self.read(deadline):
                raise EOFError(f"the program ended without {pattern!r}:\n{self.screen.text()}")

    def until(self, pattern: str, seconds: float = 30) -> str:
        """Waits until the screen has it; what the screen shows then."""
        self.wait(pattern, self.screen.text, seconds)
        return self.screen.text()

    def until_said(self, pattern: str, seconds: float = 30) -> None:
        """Waits until the program has written it, even if the screen has lost it since."""
        self.wait(pattern, lambda: self.sent, seconds)

    def ended(self, seconds: float = 30) -> int:
        """Waits for the program's end; its exit status."""
        deadline = time.monotonic() + seconds
        while self.read(deadline):
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)
