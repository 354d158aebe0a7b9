# SPDX-License-Identifier: MIT
"""Goals that look into a build, or clean it up."""
import json
import re

import pytest
from harness import TOP, Configuration, command


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """hello, in a build folder of its own."""
    made = Configuration(tmp_path_factory.mktemp("goals"))
    assert made.make("defconfig").status == 0
    made.app("hello")
    return made


def lines(built, *words) -> list[str]:
    outcome = built.make("--no-print-directory", "A=hello", *words)
    assert outcome.status == 0, outcome.text
    return outcome.out.splitlines()


def test_print_goals(built):
    libraries = lines(built, "print-libs")
    assert libraries.index("lib/env") < libraries.index("lib/core") < libraries.index("kernel")
    sources = lines(built, "print-srcs")
    assert "kernel/src/boot.cpp" in sources and "apps/hello/main.cpp" in sources
    objects = lines(built, "print-objs")
    apart = [name for name in sources if not name.startswith("kernel/src/")] # which are compiled as one
    assert len(objects) == len(apart) + 2 and all(name.endswith(".o") for name in objects) # and its name
    assert str(built.folder / "kernel/together.o") in objects
    assert "CONFIG_SMP=y" in lines(built, "print-vars")


def test_why_leads_to_what_was_chosen(built):
    assert lines(built, "why", "LIB=vm") == ["CONFIG_VM (chosen)"]
    assert "CONFIG_FORMAT <- CONFIG_SELFTEST (chosen)" in lines(built, "why", "LIB=format")
    assert lines(built, "why", "LIB=canary") == ["canary is not in the image: CONFIG_CANARY is off"]
    refused = built.make("why", "LIB=nonesuch")
    assert refused.status != 0 and "why: LIB=nonesuch: no such library (there are: " in refused.err


def test_listings(built):
    folder = built.folder / "apps/hello"
    lines(built, "disasm", "sym")
    assert "<neuron_boot>:" in (folder / "image.lst").read_text()
    symbols = [line.split(maxsplit=2) for line in (folder / "image.sym").read_text().splitlines()]
    assert "neuron_boot" in [name for _, _, name in symbols]
    addresses = [address for address, _, _ in symbols]
    assert addresses == sorted(addresses)


def test_compile_commands_compile(built):
    outcome = built.make("A=hello", "compile_commands.json")
    assert outcome.status == 0, outcome.text
    written = TOP / "compile_commands.json"
    entries = json.loads(written.read_text(encoding="utf-8"))
    written.unlink()
    entry = next(each for each in entries if each["file"] == "apps/hello/main.cpp")
    words = f"{entry['command']} -o {built.folder}/check.o"
    assert command("/bin/sh", "-c", words, cwd=entry["directory"]).status == 0


def test_justrun_boots_what_is_there(built):
    outcome = built.make("justrun", "A=hello", "SMP=2")
    assert "Hello from CPU 0 of 2" in outcome.out and " CXX " not in outcome.out, outcome.text
    refused = built.make("justrun", "A=wordcount")
    assert refused.status != 0 and "justrun: no image of wordcount yet: make image" in refused.err


def test_clean_goals(built):
    assert (built.folder / "lib/format").is_dir()
    assert built.make("clean-format").status == 0
    assert not (built.folder / "lib/format").exists() and (built.folder / "lib/args").is_dir()
    refused = built.make("clean-nonesuch")
    assert refused.status != 0 and "clean-nonesuch: there is no lib/nonesuch" in refused.err
    again = built.make("A=hello", "image")
    assert set(re.findall(r"CXX +(\S+)", again.out)) == {"lib/format/src/bounded_text.cpp", "lib/format/src/write.cpp"}
    assert built.make("clean").status == 0
    assert not (built.folder / "lib").exists() and (built.folder / ".config").is_file()
