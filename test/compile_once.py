#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The cross compiler, as tests call it: hands out again what it has compiled of the same text.

Tests build dozens of configurations that differ in little. ccache can't help: it takes a text for
another one if a header comes from another folder, as the generated ones do. Here a folder of a build
stands as `build` in what is compared, as it does in what the compiler writes (-ffile-prefix-map). What
is compared is the preprocessed text, every option and the compiler; a compilation that says anything is
never kept. Tests that are about compiling itself set COMPILE_ANEW.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = "compile-once" # the folder that has this under the compiler's name
MAPS = re.compile(r"-ffile-prefix-map=(.*)=(.*)")
KEPT = ("", ".su") # what a compilation writes: the object, and what -fstack-usage says


def compiler(name: str) -> str:
    """The real one: the next on the way."""
    folders = [folder for folder in os.environ["PATH"].split(":") if Path(folder).name != HERE]
    found = shutil.which(name, path=":".join(folders))
    if found is None:
        sys.exit(f"{name}: not found")
    return found


def written(output: Path, suffix: str) -> Path:
    return output.with_suffix(suffix) if suffix else output


def key_of(real: str, words: list[str], text: bytes) -> str:
    """Longest first, so that a folder inside another has its own name."""
    what = "\0".join([real, str(os.stat(real).st_mtime_ns), *words]).encode() + b"\0" + text
    maps = [found.groups() for word in words if (found := MAPS.fullmatch(word))]
    for folder, name in sorted(maps, key=lambda each: -len(each[0])):
        what = what.replace(folder.encode(), name.encode())
    return hashlib.sha256(what).hexdigest()


def main() -> None:
    name, words = Path(sys.argv[0]).name, sys.argv[1:]
    real = compiler(name)
    if "-c" not in words or "-o" not in words or "-MMD" not in words or "COMPILE_ANEW" in os.environ:
        os.execv(real, [real, *words])
    at = words.index("-o")
    output = Path(words[at + 1])
    del words[at:at + 2]
    words.remove("-c")
    depends = ["-MF", str(output.with_suffix(".d")), "-MQ", str(output)]
    text = subprocess.run([real, *words, *depends, "-E"], capture_output=True, check=False)
    kept = Path(sys.argv[0]).parent / key_of(real, words, text.stdout)
    if text.returncode == 0 and not text.stderr and kept.is_dir():
        for suffix in KEPT:
            if (one := kept / f"object{suffix}").exists():
                shutil.copyfile(one, written(output, suffix))
        return
    done = subprocess.run([real, *words, "-c", "-o", output], stderr=subprocess.PIPE, check=False)
    sys.stderr.buffer.write(done.stderr)
    if done.returncode == 0 and not done.stderr and not text.stderr and not kept.exists():
        new = kept.with_name(f"{kept.name}.{os.getpid()}")
        new.mkdir()
        for suffix in KEPT:
            if (one := written(output, suffix)).exists():
                shutil.copyfile(one, new / f"object{suffix}")
        try:
            new.rename(kept)
        except OSError: # another was faster
            shutil.rmtree(new)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
