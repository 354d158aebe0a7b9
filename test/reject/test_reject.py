# SPDX-License-Identifier: MIT
"""What must not compile: test/reject/LIBRARY/RULE.cpp. The first line says which diagnostic it
expects (`// expect: text`); the offending lines are marked `// reject`. The file is refused at a
marked line, with that text; without the marked lines it compiles, so they are why. What the files
of one library share is a header beside them."""
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import TOP, command

FILES = sorted(TOP.glob("test/reject/*/*.cpp"))
MARK = re.compile(r"// reject\b")
# Of a library in several forms: the host world's, else the one with run-time checks.
FORMS = ("host/include", "checked/include", "include")
INCLUDES = [f"-I{next(path for path in (library / form for form in FORMS) if path.is_dir())}"
            for library in sorted(TOP.glob("lib/*/"))]


@dataclass
class Verdict:
    status: int
    refusal: str # what the compiler says of the file
    mended: str # and of the file without its marked lines: nothing


FLAGS = ("-std=c++23", "-Wall", "-Wextra", "-Werror")


def prepare(folder: Path) -> Path:
    """The standard headers of all libraries, compiled once: they are most of what each file reads."""
    texts = [path.read_text(encoding="utf-8") for path in TOP.glob("lib/*/**/*.hpp")]
    headers = sorted(set(re.findall(r"^#include <[a-z_]+>$", "\n".join(texts), re.M)))
    standard = folder / "standard.hpp"
    standard.write_text("\n".join(headers) + "\n", encoding="utf-8")
    made = command("g++", *FLAGS, "-x", "c++-header", str(standard))
    assert made.status == 0, made.text
    return standard


def compiled(file: Path, folder: Path, standard: Path):
    return command("g++", *FLAGS, "-fsyntax-only", "-include", str(standard), *INCLUDES,
                   "-iquote", str(folder), str(file))


def judged(file: Path, folder: Path, standard: Path) -> Verdict:
    text = file.read_text(encoding="utf-8")
    mended = folder / f"{file.parent.name}-{file.name}"
    mended.write_text("".join(line for line in text.splitlines(keepends=True)
                              if not MARK.search(line)), encoding="utf-8")
    refused, accepted = (compiled(each, file.parent, standard) for each in (file, mended))
    return Verdict(refused.status, refused.err, accepted.err if accepted.status else "")


@pytest.fixture(scope="session")
def verdicts(request, tmp_path_factory):
    """Each file that was asked for, compiled twice, two files at a time."""
    folder = tmp_path_factory.mktemp("reject")
    files = {item.callspec.params["file"] for item in request.session.items
             if "verdicts" in getattr(item, "fixturenames", ())}
    standard = prepare(folder)
    with ThreadPoolExecutor(2) as workers:
        waiting = {file: workers.submit(judged, file, folder, standard) for file in sorted(files)}
        return {file: future.result() for file, future in waiting.items()}


def test_there_are_files():
    assert len(FILES) >= 13
    strays = [*TOP.glob("test/reject/*.cpp"), *TOP.glob("test/host/*/reject/*.cpp")]
    assert strays == [], "these belong to test/reject/LIBRARY/"


def complaint(file: Path, verdict: Verdict) -> str:
    """What is wrong with this file, if anything."""
    lines = file.read_text(encoding="utf-8").splitlines()
    expected = re.fullmatch(r"// expect: (\S.*)", lines[0])
    marked = {str(number) for number, line in enumerate(lines, 1) if MARK.search(line)}
    # A failed assertion inside a concept names no line of the file at all.
    named = set(re.findall(rf"^{re.escape(str(file))}:(\d+):\d+:", verdict.refusal, re.M))
    if not expected:
        return "its first line must be // expect: and the diagnostic"
    if not marked:
        return "mark the offending lines // reject"
    if verdict.status == 0:
        return "it compiles"
    if expected[1].strip() not in verdict.refusal:
        return f"refused otherwise:\n{verdict.refusal}"
    if named and not named & marked:
        return f"refused at line {', '.join(sorted(named))}:\n{verdict.refusal}"
    if verdict.mended:
        return f"refused without its marked lines too:\n{verdict.mended}"
    return ""


# The one that the README shows.
SHOWN = TOP / "test/reject/smp/pointer_argument.cpp"


def lines(text: str) -> list[str]:
    """Lines of the compiler as the README has them: paths from the top; where in a file may vary."""
    return [re.sub(r":\d+:\d+:", ":", line) for line in text.replace(f"{TOP}/", "").splitlines()]


@pytest.mark.parametrize("file", [SHOWN], ids=["shown"])
def test_readme_shows_what_the_compiler_says(file, verdicts):
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    cpp, console = re.search(r"^```cpp\n([^`]*)^```\n\n```console\n([^`]*)^```$", readme, re.M).groups()
    assert cpp.rstrip() + " // reject" in file.read_text(encoding="utf-8")
    shown = lines(console)
    assert len(shown) >= 2
    assert [line for line in shown if line not in lines(verdicts[file].refusal)] == []


@pytest.mark.parametrize("file", FILES, ids=[f"{f.parent.name}-{f.stem}" for f in FILES])
def test_reject(file, verdicts):
    if wrong := complaint(file, verdicts[file]):
        pytest.fail(f"{file.relative_to(TOP)}: {wrong}", pytrace=False)
