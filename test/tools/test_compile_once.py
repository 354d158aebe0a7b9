# SPDX-License-Identifier: MIT
"""The compiler of tests gives what the real one would: a stand-in for that counts what it does."""
import os
import subprocess
from pathlib import Path

import pytest
from harness import TOP

STAND_IN = """#!/bin/sh
case " $* " in *" -E "*) echo preprocessed;; *) echo compiled;; esac >>"$COUNT"
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
                               "-Iinclude", *options, "-MMD", "-MP", "-c", "source.cpp", "-o", f"{made}/it.o"],
                              check=False, cwd=self.folder, capture_output=True, text=True,
                              env=os.environ | {"PATH": path, "COUNT": str(self.count)} | environment)
        return done.returncode, done.stderr, self.count.read_text().count("compiled")

    def preprocessed(self) -> int:
        return self.count.read_text().count("preprocessed")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def result(self, name: str) -> int:
        """What the program built in a folder ends with."""
        subprocess.run(["g++", f"{name}/it.o", "-o", f"{name}/it"], cwd=self.folder, check=True)
        return subprocess.run([f"{self.folder}/{name}/it"], check=False).returncode


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


USES_ALL = """#include <climits>
#include <deep/far.hpp>
#include "beside.hpp"
#ifndef MORE
#define MORE 0
#endif
int main() { return NUMBER + FAR + BESIDE + MORE; }
"""


@pytest.fixture
def noted(bench):
    """Compiled, and known by what it has read."""
    bench.write("include/deep/far.hpp", "constexpr int FAR = 20;\n")
    bench.write("beside.hpp", "constexpr int BESIDE = 3;\n")
    assert bench.build("one", 1, USES_ALL, "-fstack-usage") == (0, "", 1) and bench.preprocessed() == 1
    return bench


def again(bench, name: str = "one", number: int = 1, *options: str, **environment: str) -> tuple[int, str, int]:
    return bench.build(name, number, USES_ALL, "-fstack-usage", *options, **environment)


def test_what_was_read_is_not_preprocessed_again(noted):
    for name in ("one", "two"):
        assert again(noted, name) == (0, "", 1) and noted.preprocessed() == 1
    assert again(noted, "three", COMPILE_ANEW="") == (0, "", 2)
    for kind in ("o", "su", "d"):
        assert (noted.folder / f"three/it.{kind}").read_text("latin-1").replace("/three/", "/two/") == (
            noted.folder / f"two/it.{kind}").read_text("latin-1")
    assert noted.result("two") == 24


@pytest.mark.parametrize("header", ["beside.hpp", "include/deep/far.hpp"])
def test_a_header_that_changes_is_read(noted, header):
    """To the same size, and as old as before."""
    before = (noted.folder / header).stat()
    text = (noted.folder / header).read_text()
    noted.write(header, text.replace("0;", "1;").replace("3;", "4;"))
    os.utime(noted.folder / header, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert again(noted) == (0, "", 2) and noted.result("one") == 25
    noted.write(header, text)
    assert again(noted) == (0, "", 2) and noted.result("one") == 24 and noted.preprocessed() == 2
    noted.write(header, text.rstrip() + " // the same text to the compiler\n")
    assert again(noted) == (0, "", 2) and noted.preprocessed() == 3
    (noted.folder / header).unlink()
    status, said, _ = again(noted)
    assert status != 0 and "No such file" in said


def test_a_generated_header_is_that_of_the_folder(noted):
    assert again(noted, "two", 2) == (0, "", 2) and noted.result("two") == 25
    for name, number in (("one", 1), ("two", 2), ("three", 2), ("four", 1)):
        assert again(noted, name, number) == (0, "", 2) and noted.result(name) == 23 + number
        assert f"{name}/generated/number.hpp" in (noted.folder / name / "it.d").read_text()
    assert noted.preprocessed() == 2


@pytest.mark.parametrize("hiding, text", [
    ("one/generated/deep/far.hpp", "constexpr int FAR = 50;\n"),
    ("one/generated/climits", "#define MORE 30\n"),
])
def test_a_header_that_comes_to_stand_before_another_is_read(noted, hiding, text):
    noted.write(hiding, text)
    assert again(noted) == (0, "", 2) and noted.result("one") == 54
    assert again(noted, "two") == (0, "", 2) and noted.result("two") == 24


@pytest.mark.parametrize("source, then", [
    ("#include \"far.hpp\"\nint main() { return FAR; }\n", "far.hpp"), # stands in include/deep
    ("#if __has_include(<more.hpp>)\n#include <more.hpp>\n#else\n#define MORE 4\n#endif\n"
     "int main() { return MORE; }\n", "include/more.hpp"),
])
def test_what_asks_for_more_than_names_is_preprocessed_each_time(noted, source, then):
    def build():
        outcome = noted.build("one", 1, source, "-Iinclude/deep")
        return outcome, noted.preprocessed(), noted.result("one")

    before = build()[2]
    assert build() == ((0, "", 2), 3, before)
    noted.write(then, "constexpr int FAR = 50, MORE = 50;\n")
    assert build() == ((0, "", 3), 4, 50)


def test_a_file_that_changes_meanwhile_is_not_noted(noted):
    noted.write("beside.hpp", "constexpr int BESIDE = 4;\n")
    os.utime(noted.folder / "beside.hpp", (2**32, 2**32))
    for preprocessed in (2, 3):
        assert again(noted) == (0, "", 2) and noted.preprocessed() == preprocessed
