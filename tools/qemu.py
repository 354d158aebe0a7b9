# SPDX-License-Identifier: MIT
"""What is known about QEMU: its memory layout, its console and how to end it."""

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable
from functools import cache

MIB = 1 << 20
RAM_START = 0x8000_0000
KERNEL_ENTRY = 0x8020_0000
# The device tree lies below the end of RAM, but never above this address, so
# that a 32-bit guest can reach it.
DEVICE_TREE_CEILING = 0xC000_0000
DEVICE_TREE_ROOM = 4 * MIB
MEMORY_STEPS = [64 * MIB << step for step in range(7)]  # 64M to 4G

BANNER_END = "NEURON "
FRAME = re.compile(r"^\s*#(\d+) 0x([0-9a-f]+)")
GRACE_SECONDS = 3
TICK_SECONDS = 0.05


def initrd_room(memory: int) -> int:
    """Return how many bytes of initrd fit between its start and the device tree."""
    start = KERNEL_ENTRY + min(memory // 2, 128 * MIB)
    room = min(RAM_START + memory, DEVICE_TREE_CEILING) - DEVICE_TREE_ROOM - start
    # QEMU takes the initrd's address off the size of the memory, as if RAM
    # started at zero: just above 2 GiB that leaves less room than there is.
    return min(room, memory - start) if memory >= start else room


def fitting_memory(size: int, memory: int) -> int | None:
    """Return the next memory size above `memory` that takes an initrd of `size` bytes."""
    return next((step for step in MEMORY_STEPS if step > memory and size <= initrd_room(step)), None)


class Symbolizer:
    """Completes the frames of a backtrace: the image itself carries no symbols."""

    def __init__(self, addr2line: str, debug_image: str) -> None:
        self._command = [addr2line, "-Cfpie", debug_image, "--basenames"]
        self._usable = os.path.isfile(debug_image)
        self.place = cache(self._place)

    def complete(self, line: str) -> str:
        """Return the line, with its function and place if it is a frame that has them. Functions
        that were inlined there have no frame of their own: each caller among them gets a line."""
        match = FRAME.match(line) if self._usable else None
        if not match:
            return line
        # Frames above the first hold return addresses: the call is just before.
        back = 0 if int(match[1]) == 0 else 1
        place, *callers = self.place(max(int(match[2], 16) - back, 0))
        if place and match.end() < len(line): # the image has named the function itself
            place = place[place.rindex("at "):] if "at " in place else ""
        return "\n      inlined by ".join([f"{line} {place}" if place else line, *callers])

    def _place(self, address: int) -> list[str]:
        """Ask addr2line; a backtrace without names is better than none, so errors give one ''."""
        try:
            answer = subprocess.run([*self._command, hex(address)], stdin=subprocess.DEVNULL, timeout=10,
                                    capture_output=True, check=True)
        except (OSError, subprocess.SubprocessError):
            return [""]
        places = [" ".join(each.partition(" (discriminator")[0].split())
                  for each in answer.stdout.decode("utf-8", "backslashreplace").splitlines()]
        known = [each.removeprefix("(inlined by) ") for each in places if not each.startswith("??")]
        return known or [""]


class Console:
    """Turns the bytes of the serial port into lines, without the firmware's banner."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._partial = bytearray()
        self._held: list[str] | None = []
        self.silent = True

    def feed(self, data: bytes) -> None:
        """Take what was read; lines that are complete are shown."""
        self.silent = self.silent and not data
        if b"\n" not in data:
            self._partial += data
            return
        *lines, rest = (bytes(self._partial) + data).split(b"\n")
        self._partial = bytearray(rest)
        for line in lines:
            self._line(line)

    def finish(self) -> None:
        """Show what is left: an incomplete line, and the banner if nothing followed it."""
        if self._partial:
            self._line(bytes(self._partial))
            self._partial.clear()
        for line in self._held or []:
            self._show(line)
        self._held = None

    def _line(self, data: bytes) -> None:
        line = data.replace(b"\r", b"").decode("utf-8", "backslashreplace")
        if self._held is not None and line.startswith(BANNER_END):
            self._held = None
        if self._held is None:
            self._show(line)
        else:
            self._held.append(line)


class Stopped(Exception):
    """A signal asked the runner to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class SignalGuard:
    """Makes signals raise Stopped, but only where the child cannot get lost by it.

    A signal that comes while the child is being created is kept until arm();
    one that comes while the child is being ended changes nothing.
    """

    CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __enter__(self) -> "SignalGuard":
        self._armed = False
        self._pending = 0
        self._old = {number: signal.signal(number, self._caught) for number in self.CAUGHT}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def arm(self) -> None:
        """From here on, signals raise; so does one that came before."""
        self._armed = True
        if self._pending:
            self._caught(self._pending, None)

    def _caught(self, number: int, _: object) -> None:
        self._pending = self._pending or number
        if self._armed:
            self.disarm()
            raise Stopped(self._pending)

    def disarm(self) -> None:
        """From here on, signals are only noted."""
        self._armed = False


def run_child(command: list[str], seconds: float, feed: Callable[[bytes], None]) -> int | None:
    """Run the command to its end, its output given to `feed`: its status, None when cut off."""
    deadline = time.monotonic() + seconds
    with SignalGuard() as guard:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0,
                                 start_new_session=True)
        try:
            try:
                guard.arm()
                ended = _pump(child, feed, deadline)
            finally:
                guard.disarm()
        finally:
            _end(child)
    _drain(child, feed)
    return child.returncode if ended else None


def _pump(child: subprocess.Popen, feed: Callable[[bytes], None], deadline: float) -> bool:
    """Pass output on until the child ends (True) or the deadline is over (False)."""
    while (left := deadline - time.monotonic()) > 0:
        # The tick sees a child that ends while someone else holds its output open.
        if not select.select([child.stdout], [], [], min(left, TICK_SECONDS))[0]:
            if child.poll() is not None:
                return True
        elif data := child.stdout.read(65536):
            feed(data)
        else:
            return _ends_within(child, left)
    return child.poll() is not None


def _ends_within(child: subprocess.Popen, seconds: float | None) -> bool:
    """Wait for the child to end."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
    return child.returncode is not None


def _drain(child: subprocess.Popen, feed: Callable[[bytes], None]) -> None:
    """Pass on what the ended child left in the pipe, without waiting for more."""
    deadline = time.monotonic() + 1
    with child.stdout as pipe:
        while time.monotonic() < deadline and select.select([pipe], [], [], 0)[0]:
            data = pipe.read(65536)
            if not data:
                return
            feed(data)


def _end(child: subprocess.Popen) -> None:
    """End the child for sure: a wedged QEMU does not react to a polite signal."""
    for number, grace in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, None)):
        if child.poll() is not None:
            return
        os.killpg(child.pid, number)
        _ends_within(child, grace)
