# SPDX-License-Identifier: MIT
"""make size, on images that were built: its columns are the sections, its rows what other tools say."""
import os
import re
import shutil
from collections import Counter

import attribution
import pytest
import size_table
from harness import TOP, command

PREFIX = "riscv64-linux-gnu-"
APPS = {"qemu-virt": "selftest", "hello": "hello", "minimal": "hello"}


@pytest.fixture
def configuration(configuration):
    """Sizes come from what debuggers are told."""
    return lambda name: configuration(name, always=("DEBUG_INFO=2",))


@pytest.fixture(params=APPS)
def image(request, configuration):
    return configuration(request.param).app(APPS[request.param]) / "image.dbg"


def rows_of(outcome) -> dict[str, list[int]]:
    assert outcome.status == 0, outcome.text
    return {row[0]: [int(word) for word in row[1:5]] for row in map(str.split, outcome.out.splitlines())
            if len(row) >= 5 and re.fullmatch(r"[+-]?\d+", row[1])}


def by_addr2line(image, addresses: list[int]) -> list[str]:
    said = command(PREFIX + "addr2line", "-e", str(image), *map(hex, addresses)).out
    return [os.path.normpath(line.partition(":")[0]) for line in said.splitlines()]


def test_columns_sum_to_the_sections(image):
    listing = command(PREFIX + "size", "-A", str(image)).out
    sections = {name: int(size) for name, size in re.findall(r"^(\.\w+)\s+(\d+)", listing, re.M)}
    rows = attribution.measure(image, PREFIX)
    assert sum(rows.values(), Counter()) == {
        "text": sections[".text"], "rodata": sections[".rodata"], "data": sections[".data"],
        "bss": sections[".bss"] + sections[".stacks"]}
    assert min(min(row.values()) for row in rows.values()) >= 0
    assert rows["(stacks)"] == {"bss": sections[".stacks"]}
    waste = rows["(alignment)"]
    assert waste["text"] < 64 and waste["bss"] < 4096
    assert waste["rodata"] < 128 + sections[".rodata"] // 256 # a few bytes behind each string


def test_instructions_are_where_addr2line_sees_them(image):
    """In headers: it names the object's own source for some that are not (file 1 of DWARF 5)."""
    code = command(PREFIX + "objdump", "-d", "-j", ".text", str(image)).out
    addresses = [int(at, 16) for at in re.findall(r"^ *(\w+):\t", code, re.M)][::7]
    lines = attribution.Lines(command(PREFIX + "objdump", "--dwarf=rawline", str(image)).out)
    pairs = [(file, lines.within(at, at + 2)[0][0]) for at, file
             in zip(addresses, by_addr2line(image, addresses), strict=True) if file.endswith(".hpp")]
    assert len(pairs) > 100 and len({file for file, _ in pairs}) > 20
    assert [(file, folder) for file, folder in pairs if attribution.folder_of(file) != folder] == []


def test_what_is_off_has_no_row_and_what_is_on_has_one(configuration):
    rows = {name: set(attribution.measure(configuration(name).app(app) / "image.dbg", PREFIX))
            for name, app in APPS.items()}
    assert {"lib/vm", "lib/smp", "lib/symtab", "lib/defer"} & rows["minimal"] == set()
    assert {"lib/vm", "lib/smp", "lib/defer", "lib/format", "kernel", "apps/hello"} <= rows["hello"]
    assert {"lib/symtab", "lib/sync/selftest", "lib/vm/selftest"} & rows["hello"] == set()
    assert {"lib/symtab", "lib/sync/selftest", "lib/vm/selftest"} <= rows["qemu-virt"]


def test_tables_and_names_are_their_librarys(configuration):
    made = configuration("qemu-virt")
    rows = attribution.measure(made.app("hello") / "image.dbg", PREFIX)
    tables = int(re.search(r"^CONFIG_VM_TABLES := (\d+)$", (made.folder / "generated/auto.mk").read_text(), re.M)[1])
    assert rows["lib/vm"]["bss"] >= 4096 * tables > rows["kernel"]["bss"]
    listing = command(PREFIX + "nm", str(made.folder / "apps/hello/image.dbg")).out
    begin, end = (int(re.search(rf"^(\w+) \w __symbol_table_{each}$", listing, re.M)[1], 16)
                  for each in ("start", "end"))
    assert 0 <= rows["lib/symtab"]["rodata"] - (end - begin) < 64


def test_base_is_another_build(configuration):
    hello, minimal = configuration("hello"), configuration("minimal")
    minimal.app("hello")
    now, base = (rows_of(made.make("A=hello", "size")) for made in (hello, minimal))
    delta = hello.make("A=hello", "size", f"BASE={minimal.folder}")
    zero = [0, 0, 0, 0]
    assert rows_of(delta) == {name: row for name in {*now, *base} if any(row := [
        a - b for a, b in zip(now.get(name, zero), base.get(name, zero))])}
    assert re.search(r"^lib/vm .*  came$", delta.out, re.M) and delta.out.splitlines()[-1].startswith("total ")
    back = minimal.make("A=hello", "size", f"BASE={hello.folder}/apps/hello/image.dbg")
    assert re.search(r"^lib/vm .*  went$", back.out, re.M)
    assert rows_of(hello.make("A=hello", "size", f"BASE={hello.folder}")) == {"total": zero}


@pytest.mark.parametrize("base, said", [
    ("{t}/nonesuch", "BASE={t}/nonesuch: no such build folder or image"),
    ("{t}", "BASE={t}: no image there: build one (make O={t})"),
    ("{t}/alone.dbg", "{t}/alone.dbg: no alone.map beside it: build it anew"),
    ("{t}/text.dbg", "{t}/text.dbg: not an image.dbg"),
    ("{t}/other.dbg", "{t}/other.dbg: other.map is no map of GNU ld's (build it without LLVM=1)"),
    ("{t}/image.elf", "{t}/image.elf: not an image.dbg of this build with DEBUG_INFO=2")])
def test_wrong_base_is_one_line(configuration, tmp_path, base, said):
    for name in ("image.elf", "image.map"):
        shutil.copy(configuration("hello").app("hello") / name, tmp_path)
    for name in ("alone.dbg", "text.dbg", "text.map", "other.map"):
        (tmp_path / name).write_text("text\n")
    shutil.copy("/bin/true", tmp_path / "other.dbg")
    outcome = configuration("hello").make("A=hello", "size", f"BASE={base.format(t=tmp_path)}")
    assert outcome.status != 0
    assert outcome.err.splitlines()[0] == "size: " + said.format(t=tmp_path)
    assert len(outcome.err.splitlines()) == 2 and "Error 1" in outcome.err


@pytest.mark.parametrize("name", size_table.CONFIGURATIONS)
def test_table_in_the_readme_is_of_this_tree(configuration, name, monkeypatch):
    """The bytes and the features; seconds are no fact of the tree."""
    monkeypatch.chdir(TOP)
    made = configuration(name)
    row = size_table.cells(name, made.folder / ".config", made.app(APPS[name]) / "image.dbg")
    text = (TOP / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- size -->\n(.*?)<!-- /size -->", text, re.S)[1].splitlines()
    assert [line for line in shown if line.startswith(f"| {' | '.join(row)} | ")], f"run make size-table: {row}"
