# SPDX-License-Identifier: MIT
"""The compiler of tests gives what the real one would: a stand-in for that counts its compilations."""
import os
import subprocess
from pathlib import Path

import pytest
from harness import TOP

STAND_IN = """#!/bin/sh
case " $* " in *" -E "*) exec g++ "$@";; esac
echo compiled >>"$COUNT"
exec g++ "$@"
"""


class Bench:
    """A compiler, and who stands before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = folder / "count"
        self.count.touch()
        for place in ("real", "compile-once"):
            (folder / place).mkdir()
        (folder / "real/x-g++").write_text(STAND_IN)
        (folder / "real/x-g++").chmod(0o755)
        (folder / "compile-once/x-g++").symlink_to(TOP / "test/compile_once.py")

    def build(self, name: str, number: int = 1, source: str = "int main() { return NUMBER; }\n",
              *options: str, **environment: str) -> tuple[int, str, int]:
        """Compiles in a folder of that name: status, what was said, and compilations so far."""
        made = self.folder / name
        (made / "generated").mkdir(parents=True, exist_ok=True)
        (made / "generated/number.hpp").write_text(f"constexpr int NUMBER = {number};\n")
        (self.folder / "source.cpp").write_text("#include <number.hpp>\n" + source)
        path = f"{self.folder}/compile-once:{self.folder}/real:{os.environ['PATH']}"
        done = subprocess.run(["x-g++", "-g", "-Wall", f"-ffile-prefix-map={made}=build", f"-I{made}/generated",
                               *options, "-MMD", "-MP", "-c", "source.cpp", "-o", f"{made}/it.o"], check=False,
                              cwd=self.folder, env=os.environ | {"PATH": path, "COUNT": str(self.count)} | environment,
                              capture_output=True, text=True)
        return done.returncode, done.stderr, len(self.count.read_text().split())


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_same_text_in_another_folder_is_compiled_once(bench):
    assert bench.build("one") == (0, "", 1)
    assert bench.build("two") == (0, "", 1)
    assert (bench.folder / "one/it.o").read_bytes() == (bench.folder / "two/it.o").read_bytes()
    depends = (bench.folder / "two/it.d").read_text()
    assert depends.startswith(f"{bench.folder}/two/it.o:") and "two/generated/number.hpp" in depends
    assert "source.cpp" in depends
    assert bench.build("three", 1, "int main() { return NUMBER; }\n", COMPILE_ANEW="") == (0, "", 2)
    assert (bench.folder / "one/it.o").read_bytes() == (bench.folder / "three/it.o").read_bytes()


def test_another_text_option_or_compiler_is_another(bench):
    source = "int main() { return NUMBER; }\n"
    assert bench.build("one") == (0, "", 1)
    assert bench.build("two", 2) == (0, "", 2)
    assert bench.build("two", 1, source, "-O2") == (0, "", 3)
    os.utime(bench.folder / "real/x-g++", (1, 1))
    assert bench.build("two") == (0, "", 4)
    assert bench.build("three") == (0, "", 4)


def test_what_says_something_is_compiled_again(bench):
    for compilations in (1, 2):
        status, said, count = bench.build("one", 1, "int main() { int unused; }\n")
        assert status == 0 and "unused" in said and count == compilations
    for compilations in (3, 4):
        status, said, count = bench.build("one", 1, "int main() { return NONE; }\n")
        assert status != 0 and "NONE" in said and count == compilations
