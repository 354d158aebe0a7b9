# SPDX-License-Identifier: MIT
"""Tables in documents, and what benchmarks put into them."""
import re
from collections import Counter

import bench
import bench_host
import pytest
import tables
import way

DOCUMENT = "before\n<!-- x -->\nold\n<!-- /x -->\nafter\n"


def test_a_table_takes_the_place_of_the_old_one(tmp_path):
    document = tmp_path / "page.md"
    document.write_text(DOCUMENT)
    tables.put(document, "x", tables.rows(["a", "b"], [["1", "2"]]))
    wanted = "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert document.read_text() == DOCUMENT.replace("old", wanted)


@pytest.mark.parametrize("text", ["nothing here\n", "<!-- x -->\nno end\n", "<!-- /x -->\n"])
def test_a_document_without_markers_stays_as_it_is(tmp_path, text):
    document = tmp_path / "page.md"
    document.write_text(text)
    with pytest.raises(SystemExit, match="no markers <!-- x -->"):
        tables.put(document, "x", ["row"])
    assert document.read_text() == text


def test_what_an_operation_executes_is_counted_by_kind():
    empty = Counter({"addi": 4, "csrr": 2})
    counts = Counter({"addi": 8, "csrr": 2, "lr.w.aq": 4, "sc.w": 4, "amoadd.w": 4, "fence": 2,
                      "csrci": 4, "ecall": 1, "fence.i": 1})
    assert bench.per_operation(counts, empty, 4) == {
        "AMOs": "2", "fences": "0.5", "CSRs": "1", "SBI calls": "0.25"}


def test_a_trace_and_a_listing_are_understood():
    assert bench.STEP.match("Trace 2: 0x7f0010c0 [00000000/0000000080200004/00103003/ff] f").groups() \
        == ("2", "0000000080200004")
    assert bench.CODE.match("    80205308:\tlr.d.aq\ta5,(s1)").groups() == ("80205308", "lr.d.aq")
    assert bench.LINE.findall("BENCH: sync.lock_pair instructions=12.03\nBENCH: half\n") \
        == [("sync.lock_pair", "12.03")]


def test_an_instruction_that_was_put_off_counts_once():
    step = "Trace 0: 0x7f0010c0 [00000000/{:016x}/00103003/ff] f\n"
    lines = [step.format(2), step.format(4), "Stopped execution of TB chain before 0x7f [4] f\n",
             "another line\n", step.format(4), step.format(6)]
    assert bench.read_steps(lines) == {0: [2, 4, 6]}
    lines[2] = "cpu_io_recompile: rewound execution of TB to 0000000000000004\n"
    assert bench.read_steps(lines) == {0: [2, 4, 6]}
    other = step.replace("Trace 0", "Trace 1").format(8)
    assert bench.read_steps([*lines[:2], other, *lines[2:]]) == {0: [2, 4, 4, 6], 1: []}


def test_phases_of_a_boot_end_where_they_return_to():
    code = object.__new__(bench.Code)
    code.functions = {name: at for at, name in enumerate(bench.PHASES, 1000)} | {"main": 9}
    code.behind = {2: 3, 3: 4, 51: 52}
    code.names = {2: "j", 3: "jal", 51: "jalr"}
    tree = code.start_of("neuron::fdt::Tree::open")
    phases = bench.boot_phases([1, 2, 3, tree, 50, 51, 70, 52, 4, 5, 9, 10], code)
    assert phases["check of the device tree"] == 5 and phases[bench.OTHERWISE] == 5
    assert sum(phases.values()) == 10 # main is not boot
    put = code.start_of("neuron::plat::Uart::put")
    phases = bench.boot_phases([1, 3, 30, put, 4, 5, 9], code) # not called, but jumped to
    assert phases["lines on the console"] == 1 and phases[bench.OTHERWISE] == 5


def test_the_way_of_a_message_is_that_of_the_last_one_that_ended_a_sleep():
    code = object.__new__(bench.Code)
    mark, trap, drain, handler = range(100, 500, 100)
    code.functions = dict(zip([way.MARK, *way.PARTS], [mark, trap, drain, handler]))
    code.names = {n: "addi" for n in range(500)} | {1: "wfi", 9: "ret"}
    sender = [mark, 2, mark, 3, mark, 2, 2, mark, 3]
    asleep = [2, 1, 3, trap, 4, 5, drain, 6, handler, 7, 9]
    awake = [2, trap, 4, drain, handler, 9]
    assert [*way.measure({0: sender, 1: [*awake, *asleep, *awake]}, code).values()] == [3, 1, 3, 2, 3]
    assert way.receiver(awake, code) == []


def test_peers_have_a_figure_for_each_column():
    peers = bench.peers()
    assert {len(row) for row in peers.values()} == {len(peers["operation"])}
    assert all(re.fullmatch(r"[\d.]*", figure) for name, row in peers.items()
               for figure in row if name != "operation")


def test_ratios_are_of_the_median():
    assert bench_host.ratio([2.0, 4.0, 9.0], [1.0, 2.0, 8.0]) == "2.00 (1.00 to 4.50)"
