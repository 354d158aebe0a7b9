# SPDX-License-Identifier: MIT
"""What tests share: running commands, building images in folders of their own."""
import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("NEURON_BUILD", TOP / "build"))

# No test leaves a QEMU behind: tools/run.py ends it. This bound is for the build and the runner.
COMMAND_SECONDS = 300


# The cross compiler that tests get: compile_once.py.
COMPILERS = BUILD / "test/compile-once"


@dataclass
class Outcome:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def write_if_other(file: Path, text: str) -> None:
    """So that what is made from it does not become old."""
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def command(*words: str, cwd: Path = TOP, env: dict[str, str] | None = None,
            seconds: int = COMMAND_SECONDS) -> Outcome:
    """Runs a command without a terminal, with a bound on its time."""
    clean = {k: v for k, v in os.environ.items()
             if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "NEURON_BUILD", "A", "L")
             and not k.startswith("PYTEST_")}
    clean["PYTHON"] = sys.executable # spares each make its own search
    clean["DEBUG_INFO"] = "0" # what no test looks at that does not ask for it
    clean["PATH"] = f"{COMPILERS}:{clean['PATH']}"
    done = subprocess.run(words, cwd=cwd, env=clean | (env or {}), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=seconds, check=False)
    return Outcome(done.returncode, done.stdout.decode(errors="backslashreplace"),
                   done.stderr.decode(errors="backslashreplace"))


# What may lie among the sources, or come and go.
NOT_SOURCES = ("build", "build-*", ".git", ".config", "__pycache__", "compile_commands.json")


def copy_sources(top: Path) -> Path:
    """A copy of what an image is built from, to be changed."""
    shutil.copytree(TOP, top, ignore=shutil.ignore_patterns(*NOT_SOURCES, "test"))
    return top


@dataclass
class Configuration:
    """A configuration with a build folder of its own."""

    folder: Path
    top: Path = TOP # the sources
    always: tuple[str, ...] = () # what every make gets

    def make(self, *words: str, **options) -> Outcome:
        with self.alone():
            return command("make", "-j2", f"O={self.folder}", f"C={self.folder}/.config", *self.always, *words,
                           **({"cwd": self.top} | options))

    @contextlib.contextmanager
    def alone(self):
        """No other process that runs tests is in this folder, if it is one that they share."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if BUILD not in self.folder.parents:
            yield
            return
        with open(f"{self.folder}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def app(self, name: str) -> Path:
        """Builds an app; the folder with its image."""
        built = self.make(f"A={name}", "image")
        assert built.status == 0, built.text
        return self.folder / "apps" / Path(name).name


def fp_users(configuration: Configuration) -> dict[str, list[str]]:
    """The objects below the app that name FP registers, with where: handlers run with FS off. But for what
    switches, which is in no handler."""
    objects = [path for path in configuration.folder.rglob("*.o")
               if path.relative_to(configuration.folder).parts[0] in ("lib", "kernel", "arch")
               and path.name not in ("switch.o", "preempt.o")]
    assert len(objects) > 10
    listings = {str(path): command("riscv64-linux-gnu-objdump", "-d", "--no-show-raw-insn", str(path)).out
                for path in objects}
    return {path: found for path, listing in listings.items()
            if (found := re.findall(r"^[^#<\n]*\b(?:f[ast]\d+|ft1[01]|fs1[01])\b.*$", listing, re.M))}


def boot(image: Path, *words: str, on_one_core: bool = False) -> Outcome:
    """QEMU itself, past the runner's own checks; bounded, TERM and then KILL."""
    core = ("taskset", "-c", "0") if on_one_core else ()
    return command(*core, "timeout", "--kill-after=3", "60", "qemu-system-riscv64", "-M",
                   "virt,aclint=on", "-display", "none", "-serial", "stdio", "-monitor", "none",
                   "-no-reboot", "-kernel", str(image), *words)
