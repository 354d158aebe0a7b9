# SPDX-License-Identifier: MIT
"""Device trees that QEMU did not make: each ends in one clear line, or in a boot that goes on with
what is there. The firmware reads the tree first. It hangs without a word when there are no cpus or no
timebase, and QEMU itself refuses a damaged blob or one without /chosen: such trees never come to the
image, nor does one whose UART lies in memory, where the firmware waits for it for ever. They are what
test/host and test/fuzz are for."""
import re

import pytest
from harness import boot, command

CPU = r"\t\tcpu@{} \{{.*?\n\t\t\}};\n"


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """QEMU's own tree for 4 harts, as text."""
    blob = tmp_path_factory.mktemp("trees") / "virt.dtb"
    made = command("timeout", "60", "qemu-system-riscv64", "-M", f"virt,aclint=on,dumpdtb={blob}",
                   "-smp", "4", "-m", "256M", "-display", "none")
    assert made.status == 0, made.text
    text = command("dtc", "-q", "-I", "dtb", "-O", "dts", str(blob))
    assert text.status == 0, text.text
    return text.out


@pytest.fixture
def run(configuration, board, tmp_path):
    """Boots with the tree that each change makes of the board's, its output from the image on."""
    image = configuration("qemu-virt", "CONFIG_DIAGNOSTIC_SECONDS=1").app("hello") / "image.elf"

    def boot_with(*changes, append=""):
        text = board
        for pattern, replacement in changes:
            text, count = re.subn(pattern, replacement, text, count=1, flags=re.S)
            assert count == 1, pattern
        (tmp_path / "tree.dts").write_text(text)
        made = command("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", str(tmp_path / "tree.dtb"),
                       str(tmp_path / "tree.dts"))
        assert made.status == 0, made.text
        return boot(image, "-smp", "4", "-m", "256M", "-dtb", str(tmp_path / "tree.dtb"),
                    "-append", append)

    return boot_with


def register(node: str, cells: str) -> tuple[str, str]:
    """Gives a device other registers."""
    return rf"({node} \{{[^}}]*?)reg = <[^>]*>", rf"\1reg = <{cells}>"


TWICE = "device tree: two cpus have one hart id"
NOT_ONCE = "device tree: the boot hart is not once among the cpus that are okay"
NO_MEMORY = "device tree: no memory region holds the image; give it more memory (MEM=)"


@pytest.mark.parametrize("change, said", [
    ((r"(cpu@2 \{.*?)reg = <0x02>", r"\1reg = <0x01>"), TWICE),
    ((r"timebase-frequency = <.*?>", "timebase-frequency = <0>"),
     "device tree: no timebase-frequency"),
    ((r"\n\tmemory@80000000 \{.*?\n\t\};", ""), NO_MEMORY),
    (register("memory@80000000", "0 0x90000000 0 0x10000000"), NO_MEMORY),
    (register("memory@80000000", "0 0x80000000 0xffffffff 0xffffffff"), NO_MEMORY),
    (register("memory@80000000", "0 0x80000000 0 0x1000"), NO_MEMORY),
    (register("memory@80000000", "0x80000000"), NO_MEMORY),
    ((r"chosen \{", r"chosen { linux,initrd-start = <0x90000000>; linux,initrd-end = <0x80000000>;"),
     "device tree: the bounds of the input file make no sense"),
    ((r"chosen \{", r"chosen { linux,initrd-start = <0xa0000000>; linux,initrd-end = <0xa1000000>;"),
     "the input file does not fit into memory: give it more (MEM=)"),
    ((r"chosen \{", r"chosen { linux,initrd-start = <0x80200000>; linux,initrd-end = <0x80300000>;"),
     "the input file overlaps the image or the device tree: more memory (MEM=)"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_reject_trees_that_make_no_sense(run, change, said):
    outcome = run(change)
    assert outcome.status == 2, outcome.text
    # Whichever hart the firmware boots on: it may be the one that is there twice, or not at all.
    sentences = {said, NOT_ONCE} if said == TWICE else {said}
    told = re.findall(r"^error: (.*)$", outcome.out, re.M)
    assert len(told) == 1 and told[0] in sentences and "NEURON" not in outcome.out, outcome.text


def all_online(cpus: int) -> list[str]:
    return [*(f"CPU {cpu}: ready" for cpu in range(cpus)), "SMP: all CPUs online",
            f"Hello from CPU 0 of {cpus}"]


def many_cpus(found: re.Match) -> str:
    """200 of them; who has the others' ids is nobody's to call."""
    one = re.sub(r"\t+phandle = <[^>]*>;\n", "", found[0])
    return found[0] + "".join(one.replace("cpu@3", f"cpu@{n:x}").replace("reg = <0x03>", f"reg = <{n}>")
                              for n in range(4, 200))


@pytest.mark.parametrize("changes, lines", [
    ([(r"(cpu@2 \{.*?)status = \"okay\"", r'\1status = "disabled"')], all_online(3)),
    ([(r"(memory@80000000 \{.*?\n\t\};)",
       r'\1 memory@88000000 { device_type = "memory"; reg = <0 0x88000000 0 0x10000000>; };')],
     all_online(4)),
    ([register("serial@10000000", "0 0 0 0x100")], all_online(4)),
    ([register("serial@10000000", "0 0x10000000 0 0")], all_online(4)),
    ([(r"\n\t\tserial@10000000 \{.*?\n\t\t\};", "")], all_online(4)),
    ([register("test@100000", "0 0x80200000 0 0x1000")], all_online(4)),
    ([register(r"sswi@\w+", "0 0x80200000 0 0x4000")], all_online(4)),
    ([register(r"sswi@\w+", "0 0x2f00000 0 0")], all_online(4)),
], ids=["disabled hart", "overlapping memory", "uart at 0", "uart without registers", "no uart", "finisher in the image", "doorbells in the image",
        "doorbells without registers"])
def test_trees_that_leave_enough(run, changes, lines):
    outcome = run(*changes)
    assert outcome.status == 0, outcome.text
    assert [line for line in outcome.out.splitlines() if line in lines] == lines, outcome.text


def test_ids_with_gaps_degrade_the_boot(run):
    """OpenSBI takes hart 9 for one that could come, and it never does."""
    outcome = run((r"cpu@3 \{(.*?)reg = <0x03>", r"cpu@9 {\1reg = <0x09>"))
    assert outcome.status == 0, outcome.text
    assert re.search(r"^warning: CPU \d: hart 9 did not (?:start|come up)", outcome.out, re.M), outcome.text
    assert "SMP: 3/4 CPUs online\n" in outcome.out, outcome.text


def test_more_cpus_than_there_are(run):
    outcome = run((CPU.format(3), many_cpus))
    assert outcome.status == 0, outcome.text
    # The firmware leaves out those that it has no room for.
    told = re.search(r"^warning: (\d+) harts, this image holds 8 CPUs \(CONFIG_MAX_CPUS\)$",
                     outcome.out, re.M)
    assert told and int(told[1]) > 100, outcome.text
    assert re.search(r"^SMP: [34]/8 CPUs online$", outcome.out, re.M), outcome.text


def test_reject_a_boot_hart_that_the_tree_does_not_have(run):
    """The firmware boots on a hart of the tree's; another can be asked for."""
    outcome = run((r"(cpu@2 \{.*?)status = \"okay\"", r'\1status = "disabled"'), append="boot_hart=2")
    assert outcome.status == 2, outcome.text
    assert outcome.out.count("error: boot_hart=2: no such hart\n") == 1, outcome.text
