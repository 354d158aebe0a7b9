# SPDX-License-Identifier: MIT
"""Atomic operations become the instructions that a reviewer has seen (atomics.txt), and those have
the order that was asked for. No run in QEMU shows a missing fence; this does."""
import pytest
from house import atomics, kernel_world
from house.atomic_rules import faults, seq_cst_faults
from house.source import complain, name


@pytest.fixture(scope="module")
def emitted(configuration):
    world = kernel_world.of(configuration())
    return atomics.emitted(world, world.includes["lib/core"])


def line_of(row) -> int:
    return 1 + atomics.text_of(atomics.read()).splitlines().index(
        f"{' '.join(row)}: {'; '.join(atomics.read()[row])}".rstrip())


def test_table_is_whole():
    expected = [row for row, _ in atomics.rows()]
    assert list(atomics.read()) == expected and len(expected) == 97


def test_instructions_are_those_of_the_table(emitted):
    table = atomics.read()
    complain([f"{name(atomics.TABLE)}:{line_of(row)}: {' '.join(row)} is now {'; '.join(code)}: "
              "look, then make atomics-table" for row, code in emitted.items()
              if code != table[row]])


def test_inv_env_2_instructions_have_their_order(emitted):
    """Both what is emitted now and what the table allows."""
    complain([f"{name(atomics.TABLE)}:{line_of(row)}: {' '.join(row)} ({'; '.join(code)}): {fault}"
              for table in (emitted, atomics.read()) for row, code in table.items()
              for fault in faults(row, code)])


def test_seq_cst_reads_pass_no_write(emitted):
    complain([f"{name(atomics.TABLE)}:{line_of(row)}: {' '.join(row)}: an earlier seq_cst write may "
              "be seen after its read" for table in (emitted, atomics.read())
              for row in seq_cst_faults(table)])


def test_inv_env_2_the_compilers_own_compare_exchange_is_refused(configuration, tmp_path):
    """GCC 12's fault, which the kernel world's Cell works round. If this finds none any more, the
    compiler is mended and the workaround may go."""
    world = kernel_world.of(configuration())
    source = tmp_path / "builtin.cpp"
    source.write_text("".join(
        f"extern \"C\" bool compare_exchange__{size}__{success}__{failure}"
        f"({word}* a, {word} x, {word} y) {{ return __atomic_compare_exchange(a, &x, &y, false, "
        f"__ATOMIC_{success.upper()}, __ATOMIC_{failure.upper()}); }}\n"
        for size, word in ((4, "int"), (8, "long")) for success in ("release", "acq_rel", "seq_cst")
        for failure in ("relaxed", "acquire")))
    table = atomics.compiled(world, source, [])
    assert len(table) == 12
    assert [row for row, code in table.items()
            if not any("no release" in fault for fault in faults(row, code))] == []


@pytest.mark.parametrize("row, code", [
    # What GCC 12 makes of a compare-exchange by itself.
    ("compare_exchange 8 acq_rel acquire", "lr.d.aq; sc.d.aq"),
    ("compare_exchange 4 release relaxed", "lr.w; sc.w"),
    ("compare_exchange 4 seq_cst relaxed", "lr.w.aq; sc.w.aq"),
    ("compare_exchange 4 acquire relaxed", "lr.w; sc.w"),
    ("compare_exchange 4 release acquire", "fence rw,w; lr.w; sc.w"),
    ("exchange 4 acq_rel", "amoswap.w.aq"),
    ("fetch_add 8 release", "fence r,w; amoadd.d"),
    ("fetch_add 8 acquire", "fence rw,rw; amoadd.d"),
    ("store 4 release", "sw; fence rw,w"),
    ("store 8 seq_cst", "sd"),
    ("load 4 acquire", "fence r,rw; lw"),
    ("load 8 seq_cst", "ld; fence w,rw"),
    ("exchange 4 relaxed", "auipc; jalr"),
    ("fence acquire", "fence rw,w"),
    ("fence seq_cst", "fence.tso"),
])
def test_faults_are_seen(row, code):
    assert faults(tuple(row.split()), code.split("; ")) != []


@pytest.mark.parametrize("row, code", [
    ("compare_exchange 8 acq_rel acquire", "lr.d.aq; sc.d.rl"),
    ("compare_exchange 4 release relaxed", "fence rw,w; lr.w; sc.w"),
    ("exchange 4 acq_rel", "amoswap.w.aqrl"),
    ("store 4 release", "fence rw,w; sw"),
    ("load 4 acquire", "lw; fence r,rw"),
    ("fence acq_rel", "fence.tso"),
])
def test_right_code_has_no_faults(row, code):
    assert faults(tuple(row.split()), code.split("; ")) == []


@pytest.mark.parametrize("store, load, held", [
    ("fence rw,w; amoswap.w.aq", "lw; fence r,rw", True),
    ("fence rw,w; sw", "fence rw,rw; lw; fence r,rw", True),
    ("fence rw,w; sw; fence rw,rw", "lw; fence r,rw", True),
    ("fence rw,w; sw", "lw; fence r,rw", False),
    ("fence rw,w; sw", "fence r,r; lw; fence r,rw", False),
])
def test_seq_cst_is_held_by_writes_or_by_reads(store, load, held):
    table = {("store", "4", "seq_cst"): store.split("; "), ("load", "4", "seq_cst"): load.split("; ")}
    assert (seq_cst_faults(table) == []) == held


@pytest.mark.parametrize("order", ["acquire", "acq_rel"])
def test_reject_a_store_with_an_order_of_another_operation(configuration, tmp_path, order):
    """It would publish nothing, or look as if it did more."""
    world = kernel_world.of(configuration())
    source = tmp_path / "store.cpp"
    source.write_text("#include <neuron/core/atomic.hpp>\n#include <cstdint>\nusing namespace neuron::core;\n"
                      f"void f(Atomic<std::uint64_t>& word) {{ word.store(1, {order}); }}\n")
    refused = world.compile(source, *world.includes["lib/core"], "-O2", "-o", str(tmp_path / "store.o"))
    assert refused.status != 0 and "invalid memory model" in refused.err, refused.text
    source.write_text(source.read_text().replace(order, "release"))
    taken = world.compile(source, *world.includes["lib/core"], "-O2", "-o", str(tmp_path / "store.o"))
    assert taken.status == 0, taken.text
