# SPDX-License-Identifier: MIT
"""Whose the bytes of an image are, and how they are shown."""
from collections import Counter, defaultdict

import attribution
import pytest
import size
from attribution import Lines, Refused

LISTING = """
 The Directory Table (offset 0x22, lines 4, columns 1):
  Entry\tName
  0\t(indirect line string, offset: 0): .
  1\t(indirect line string, offset: 0x22): kernel/src
  2\t(indirect line string, offset: 0x31): lib/sync/include/neuron/sync
  3\t(indirect line string, offset: 0x5c): /usr/include/c++/12
  4\t./lib/sync/selftest

 The File Name Table (offset 0x58, lines 4, columns 2):
  Entry\tDir\tName
  0\t1\t(indirect line string, offset: 0x11): boot.cpp
  1\t1\t(indirect line string, offset: 0x11): boot.cpp
  2\t2\t(indirect line string, offset: 0x1d4): spin_lock.hpp
  3\t3\t(indirect line string, offset: 0x1e3): span
  4\t4\tselftest.hpp

 Line Number Statements:
  [0x00000157]  Extended opcode 2: set Address to 0x1018
  [0x00000165]  Set File Name to entry 2 in the File Name Table
  [0x00000164]  Copy
  [0x0000016e]  Advance PC by fixed size amount 4 to 0x101c
  [0x0000016f]  Extended opcode 1: End of Sequence

  [0x00000157]  Extended opcode 2: set Address to 0x1000
  [0x00000162]  Advance Line by 10 to 11
  [0x00000164]  Copy
  [0x00000165]  Set File Name to entry 2 in the File Name Table
  [0x00000169]  Advance PC by fixed size amount 4 to 0x1004
  [0x0000016c]  Copy (view 1)
  [0x0000016c]  Advance PC by fixed size amount 4 to 0x1008
  [0x0000016c]  Copy
  [0x0000016d]  Set File Name to entry 3 in the File Name Table
  [0x0000016c]  Copy (view 1)
  [0x0000016d]  Set File Name to entry 4 in the File Name Table
  [0x0000016e]  Special opcode 61: advance Address by 4 to 0x100c and Line by 0 to 9
  [0x0000016e]  Advance PC by constant 4 to 0x1010
  [0x0000016f]  Extended opcode 1: End of Sequence

  [0x00000157]  Extended opcode 2: set Address to 0x1014
  [0x00000164]  Copy
  [0x0000016e]  Advance PC by fixed size amount 4 to 0x1018
  [0x0000016f]  Extended opcode 1: End of Sequence
"""
MAP = """
Discarded input sections
 .text._ZN6neuron3vm4goneEv
                0x0000000000001000       0x10 out/kernel/src/boot.o
Linker script and memory map
LOAD out/kernel/src/boot.o
LOAD out/apps/a/name.o
.text           0x0000000000001000       0x20
 .text.neuron_boot
                0x0000000000001000       0x10 out/kernel/src/boot.o
 .text._ZN6neuron4sync4waitEv
                0x0000000000001012        0xe /lib/gcc/libgcc.a(save.o)
.rodata         0x0000000000002000       0x40
 .rodata.neuron_boot.str1.8
                0x0000000000002000        0x8 out/kernel/src/boot.o
                                         0x10 (size before relaxing)
 .rodata.str1.8
                0x0000000000002008       0x20 out/kernel/src/boot.o
 .rodata.cst8   0x0000000000002008        0x8 /lib/gcc/libgcc.a(save.o)
 .rodata._ZN6neuron3fdt11error_namesE
                0x0000000000002010       0x10 out/kernel/src/boot.o
 .symbol_table  0x0000000000002020        0x8 out/apps/a/symbols.o
 .rodata.name   0x0000000000002028        0x2 out/apps/a/name.o
.stacks         0x0000000000004000     0x4000
 .stacks        0x0000000000004000     0x4000 out/kernel/src/stacks.o
"""
SECTIONS = {".text": (0x1000, 0x20), ".rodata": (0x2000, 0x40), ".stacks": (0x4000, 0x4000)}


@pytest.mark.parametrize("path, folder", [
    ("lib/sync/include/neuron/sync/spin_lock.hpp", "lib/sync"), ("./lib/percpu-runqueue/src/x.o", "lib/percpu-runqueue"),
    ("./lib/sync/selftest/selftest.hpp", "lib/sync/selftest"), ("lib/sync/bench/bench.hpp", "lib/sync/bench"),
    ("lib/selftest/src/run.cpp", "lib/selftest"), ("kernel/selftest/selftest.hpp", "kernel/selftest"),
    ("kernel/src/boot.o", "kernel"), ("arch/riscv64/include/arch/csr.hpp", "arch/riscv64"),
    ("apps/hello/objects/apps-hello/main.o", "apps/hello"), ("build/generated/include/config/selftests.hpp", ""),
    ("boot.cpp", ""), ("/usr/lib/gcc/x.hpp", "")])
def test_files_have_a_folder(path, folder):
    assert attribution.folder_of(path) == folder


@pytest.mark.parametrize("name, library", [
    ("_ZN6neuron3fdt11error_namesE", "lib/fdt"), ("_ZZNK6neuron4args5splitEvE1x", "lib/args"),
    ("_ZN6neuron15percpu_runqueue3runEv", "lib/percpu-runqueue"), ("_ZN6neuron6kernel4idleEv", ""),
    ("_ZN6neuron4exitEh", ""), ("main", "")])
def test_names_have_a_library(name, library):
    assert attribution.library_of(name) == library


def test_instructions_go_to_the_file_they_were_written_in():
    lines = Lines(LISTING)
    assert lines.within(0x1000, 0x1010) == [("kernel", 4), ("lib/sync", 4), ("", 4), ("lib/sync/selftest", 4)]
    assert lines.within(0x1006, 0x1007) == [("lib/sync", 1)]
    assert lines.within(0x100e, 0x1020) == [("lib/sync/selftest", 2), ("", 4), ("kernel", 4), ("lib/sync", 4), ("", 4)]
    assert lines.within(0xff0, 0x1000) == [("", 16)]


def test_bytes_go_by_line_then_function_then_name_then_object():
    rows = attribution.attribute(SECTIONS, MAP, Lines(LISTING))
    assert {name: dict(row) for name, row in rows.items() if any(row.values())} == {
        "kernel": {"text": 4 + 4 + 4 + 2 + 4, "rodata": 8}, # std::span and what has no line: the function's
        "lib/sync": {"text": 4 + 4}, "lib/sync/selftest": {"text": 4},
        "lib/fdt": {"rodata": 16}, "lib/symtab": {"rodata": 8}, "apps/a": {"rodata": 2},
        "libgcc.a": {"rodata": 8}, "(stacks)": {"bss": 0x4000},
        "(alignment)": {"text": 2, "rodata": 0x16, "bss": 0}}
    total = sum(rows.values(), Counter())
    assert total == {"text": 0x20, "rodata": 0x40, "bss": 0x4000}


def type_entry(place: str, name: str, size: str) -> str:
    return f""" <1><{place}>: Abbrev Number: 7 (DW_TAG_structure_type)
    <{place}>   DW_AT_name        : (indirect string, offset: 0x1): {name}
    <{place}>   DW_AT_byte_size   : {size}
"""


def inherits(place: str) -> str:
    return f""" <2><9>: Abbrev Number: 8 (DW_TAG_inheritance)
    <9>   DW_AT_type        : <0x{place}>
    <9>   DW_AT_data_member_location: 0
"""


def test_features_have_their_parts():
    tables = "PartOf<neuron::vm::Feature<V>, neuron::vm::Feature<V>::Sealed>"
    queue = "PartOf<neuron::defer::Feature<V>, neuron::defer::Feature<V>::PerCpu>"
    nothing = "PartOf<neuron::smp::Feature<V>, neuron::kernel::detail::Nothing>"
    other = "PartOf<neuron::smp::Feature<V>, neuron::smp::Remote<V, 4> >" # an alias has the name of its type
    proof = "PartOf<neuron::sync::selftests::Feature<V>, neuron::sync::selftests::Feature<V>::Shared>"
    app = "PartOf<neuron::my_app::Feature<V>, neuron::my_app::Feature<V>::Shared>"
    debug = (type_entry("a1", tables, "0x40") + type_entry("a2", queue, "8") + type_entry("a3", nothing, "1")
             + type_entry("b0", "Sealed", "0x41") + inherits("a1") + inherits("a3")
             + type_entry("b1", "PerCpu", "9") + inherits("a2") + inherits("a3")
             + type_entry("b2", "Remote", "2") + inherits("a4") + type_entry("a4", other, "2") # later than its use
             + type_entry("a5", proof, "1") + type_entry("a6", app, "3")
             + type_entry("b3", "Shared", "4") + inherits("a5") + inherits("a6")
             + type_entry("c1", "Another", "4") + inherits("b1")
             + type_entry("c2", "CpuBlock", "16")) * 2 # in two objects
    rows = defaultdict(Counter, {"kernel": Counter(bss=200), "apps/my-app": Counter()})
    attribution.give_parts(rows, 64, debug)
    assert {name: row["bss"] for name, row in rows.items()} == {
        "lib/vm": 0x40, "lib/defer": 4 * 8, "lib/smp": 4 * 2, "lib/sync/selftest": 1, "apps/my-app": 3,
        "kernel": 200 - 0x40 - 4 * 8 - 4 * 2 - 1 - 3}


def test_a_table_has_the_largest_first_and_a_total():
    rows = {"small": Counter(text=1), "large": Counter(text=2, bss=5)}
    assert [line.split() for line in size.table(rows, "9", {})] == [
        ["text", "rodata", "data", "bss"], ["large", "2", "0", "0", "5"], ["small", "1", "0", "0", "0"],
        ["total", "3", "0", "0", "5"]]


def test_a_difference_shows_what_came_and_went():
    now = {"same": Counter(text=7), "more": Counter(text=5), "new": Counter(data=2)}
    base = {"same": Counter(text=7), "more": Counter(text=1, bss=8), "old": Counter(bss=3)}
    assert [line.split() for line in size.compare(now, base)] == [
        ["text", "rodata", "data", "bss"], ["more", "+4", "+0", "+0", "-8"],
        ["old", "+0", "+0", "+0", "-3", "went"], ["new", "+0", "+0", "+2", "+0", "came"],
        ["total", "+4", "+0", "+2", "-11"]]


def images(folder, *apps):
    for app in apps:
        (folder / "apps" / app).mkdir(parents=True)
        (folder / "apps" / app / "image.dbg").touch()
    return folder


def test_a_base_is_an_image_or_a_build_folder(tmp_path):
    one, two = images(tmp_path / "one", "a"), images(tmp_path / "two", "a", "b")
    assert size.find_base(two / "apps/b/image.dbg", "a") == two / "apps/b/image.dbg"
    assert size.find_base(two, "b") == two / "apps/b/image.dbg"
    assert size.find_base(one, "b") == one / "apps/a/image.dbg"


@pytest.mark.parametrize("base, said", [
    ("nonesuch", "no such build folder or image"), ("empty", "no image there: build one (make O={base})"),
    ("two", "no image of c there: name one of {base}/apps/a/image.dbg, {base}/apps/b/image.dbg")])
def test_a_base_that_is_none(tmp_path, base, said):
    (tmp_path / "empty").mkdir()
    images(tmp_path / "two", "a", "b")
    with pytest.raises(Refused) as refused:
        size.find_base(tmp_path / base, "c")
    assert str(refused.value) == f"BASE={tmp_path / base}: " + said.format(base=tmp_path / base)
