# SPDX-License-Identifier: MIT
"""A stand-in for QEMU that behaves as badly as a test wants, and a way to run it."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))

# Each behaviour is Python text, run in the place of QEMU.
FAKE_QEMU = """#!{python}
import os, signal, sys, time
with open({directory!r} + "/pids", "a") as file:
    file.write(str(os.getpid()) + "\\n")
with open({directory!r} + "/argv", "w") as file:
    file.write("\\n".join(sys.argv[1:]))
def put(data):
    os.write(1, data)
def hang():
    while True:
        time.sleep(0.1)
{behaviour}
"""

FAKE_ADDR2LINE = """#!{python}
import sys
with open({directory!r} + "/addr2line", "a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
print({{"0x80200100": "stop at cpu.cpp:7\\n (inlined by) halt at cpu.cpp:9 (discriminator 1)",
        "0x80200203": "main at main.cpp:9 (discriminator 2)"}}
      .get(sys.argv[-1], "?? ??:0"))
"""


def is_alive(pid: int) -> bool:
    """Say whether the process exists; one that only waits to be reaped does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass
class Bench:
    """A directory with an image, a fake QEMU and a fake addr2line."""

    directory: Path

    def write(self, name: str, text: str) -> Path:
        """Make an executable script."""
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def behave(self, behaviour: str) -> None:
        """Choose what QEMU does."""
        self.write("qemu", FAKE_QEMU.format(python=sys.executable, directory=str(self.directory), behaviour=behaviour))

    def command(self, **options: str) -> list[str]:
        """Return the command line of the runner, with these options set or changed."""
        values = {"image": str(self.directory / "image.elf"), "max_cpus": "8", "mem": "256M", "timeout": "20",
                  "qemu": str(self.directory / "qemu"), "addr2line": str(self.directory / "addr2line.py")} | options
        words = [word for name, value in values.items() for word in ("--" + name.replace("_", "-"), value)]
        return [sys.executable, "-B", str(TOOLS / "run.py"), *words]

    def run(self, *more: str, **options: str) -> subprocess.CompletedProcess:
        """Run the runner to its end."""
        return subprocess.run([*self.command(**options), *more], capture_output=True, timeout=20, cwd=self.directory)

    def pids(self) -> list[int]:
        """Return the processes that took QEMU's place."""
        path = self.directory / "pids"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def argv(self) -> list[str]:
        """Return what QEMU was given last."""
        return (self.directory / "argv").read_text().split("\n")

    def wait_for_qemu(self) -> int:
        """Return QEMU's process as soon as it listens to nobody but us."""
        ready = self.directory / "ready"
        deadline = time.monotonic() + 10
        while not ready.exists():
            assert time.monotonic() < deadline, "the fake QEMU did not start"
            time.sleep(0.01)
        return self.pids()[0]


@pytest.fixture
def bench(tmp_path: Path):
    """Give a bench, and see that nothing of it lives on."""
    made = Bench(tmp_path)
    (tmp_path / "image.elf").write_bytes(b"image")
    made.behave("put(b'NEURON 1\\n')")
    made.write("addr2line.py", FAKE_ADDR2LINE.format(python=sys.executable, directory=str(tmp_path)))
    yield made
    left = [pid for pid in made.pids() if is_alive(pid)]
    for pid in left:
        os.kill(pid, 9)
    assert not left, "a QEMU lives on"
