# SPDX-License-Identifier: MIT
"""The images that a tool boots."""
import subprocess
from collections.abc import Iterable
from pathlib import Path


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
