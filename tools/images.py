# SPDX-License-Identifier: MIT
"""The images that a tool boots."""
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

LEAN = ("CONFIG_SELFTEST=n", "CONFIG_SYMTAB=n") # nothing that an app which is measured does not need


def build(folder: Path, app: str, base: str = "qemu-virt", lines: Iterable[str] = ()) -> Path:
    """Builds an app in a folder of its own, from a default configuration and lines that override it; the
    folder with its image."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / ".config"
    default = Path(f"config/{base}_defconfig").read_text(encoding="utf-8")
    config.write_text(default + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    subprocess.run(["make", "--no-print-directory", f"O={folder}", f"C={config}", f"A={app}", "image"],
                   check=True, stdout=subprocess.DEVNULL)
    return folder / "apps" / Path(app).name


def boot(image: Path, cpus: int, *words: str, most: int = 8, memory: str = "256M", seconds: int = 120) -> str:
    """What the image prints in deterministic time, where an instruction takes a nanosecond. `most`: how many
    CPUs it holds; more words for tools/run.py."""
    run = subprocess.run([sys.executable, "tools/run.py", "--image", image, "--smp", str(cpus), "--max-cpus", str(most),
                          "--mem", memory, "--timeout", str(seconds), "--icount", "0", "--seed", "1", *words],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{image}: it ended with status {run.returncode}\n{run.stdout}{run.stderr}")
    return run.stdout
