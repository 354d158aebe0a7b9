# SPDX-License-Identifier: MIT
"""What must not compile: each file has one offending line, marked `// reject`, and says on its
first line which diagnostic it expects. Without that line the file compiles, so the line is why."""
import re

import pytest
from harness import TOP, command

FILES = sorted(TOP.glob("test/host/*/reject/*.cpp")) + sorted(TOP.glob("test/reject/*.cpp"))


def compiled(source: str, library: str, folder):
    file = folder / "case.cpp"
    file.write_text(source)
    includes = [f"-I{TOP}/lib/{library}/include", f"-I{TOP}/lib/env/host/include"]
    includes += [f"-I{path}" for path in sorted(TOP.glob("lib/*/include"))]
    return command("g++", "-std=c++23", "-fsyntax-only", *includes, str(file))


def test_there_are_files():
    assert len(FILES) >= 13


@pytest.mark.parametrize("file", FILES, ids=[f"{f.parent.parent.name}-{f.stem}" for f in FILES])
def test_reject(file, tmp_path):
    text = file.read_text()
    expected = re.match(r"// expect: (.+)", text)
    assert expected and "// reject" in text
    library = file.parent.parent.name
    refused = compiled(text, library, tmp_path)
    assert refused.status != 0 and expected[1].strip() in refused.err, refused.err
    mended = "".join(line for line in text.splitlines(keepends=True) if "// reject" not in line)
    accepted = compiled(mended, library, tmp_path)
    assert accepted.status == 0, accepted.err
