# SPDX-License-Identifier: MIT
"""Rules about the hardware that QEMU does not punish: read from the instructions of the image."""
import re

import pytest
from harness import command
from house.atomic_rules import is_fence
from house.source import complain

INSTRUCTION = re.compile(r"^ +[0-9a-f]+:\t(.+?)\s*(?:<.*|#.*)?$")


def functions(listing: str) -> dict[str, list[str]]:
    """The instructions of each function, `word operands`; a fence always with its sets. Labels of
    an object file that no linker has seen (.L...) begin none."""
    result: dict[str, list[str]] = {}
    current: list[str] = []
    for line in listing.splitlines():
        if label := re.match(r"[0-9a-f]+ <(?!\.L)(.+)>:$", line):
            current = result.setdefault(label[1], [])
        elif found := INSTRUCTION.match(line):
            text = found[1].replace("\t", " ")
            current.append("fence iorw,iorw" if text == "fence" else text)
    return result


def disassembled(*words: str) -> dict[str, list[str]]:
    listing = command("riscv64-linux-gnu-objdump", "-d", "-C", "--no-show-raw-insn", *words)
    assert listing.status == 0, listing.text
    return functions(listing.out)


@pytest.fixture(scope="module")
def image(configuration):
    return disassembled("-j", ".text", str(configuration().app("selftest") / "image.dbg"))


def ecalls_without_a_fence(code: list[str]) -> int:
    """How many ecalls don't follow a fence that orders earlier writes before the device. The
    firmware's hart_stop (function 1) wakes nobody, and start.S calls it so."""
    return sum(1 for at, each in enumerate(code) if each == "ecall"
               and not is_fence(code[at - 1], "w", "o") and "li a6,1" not in code[max(0, at - 4):at])


def test_inv_arch_4_firmware_is_called_behind_a_fence(image):
    assert sum(code.count("ecall") for code in image.values()) >= 3
    complain([f"{name}: an ecall without `fence w,o` right before it" for name, code in image.items()
              if ecalls_without_a_fence(code)])


def test_inv_arch_4_doorbells_are_rung_behind_a_fence(image):
    """The first store of ring() to a device has the fence between it and any store before."""
    code = image["neuron::plat::ring(neuron::plat::Machine const&, neuron::core::CpuId)"]
    words = [each for each in code if re.match(r"fence |s[wd] (?!.*\(sp\))", each)]
    stores = [at for at, each in enumerate(words) if each.startswith("sw ")]
    assert stores and all(is_fence(words[at - 1], "w", "o") for at in stores if at != 0), code
    assert 0 not in stores, code


FP_REGISTER = re.compile(r"[ ,]f[ast]\d+\b")


def test_inv_arch_3_system_uses_no_fp_register(configuration):
    """All of it may run in a handler, where FS is off; an app's own code may not, nor what switches."""
    configuration().app("selftest")
    rows = []
    for part in ("arch", "kernel", "lib", "plat"):
        objects = sorted((configuration().folder / part).rglob("*.o"))
        assert objects, part
        rows += [f"{part}: no floating point: {name} has {each}"
                 for name, code in disassembled(*map(str, objects)).items() if name not in ("neuron_switch", "neuron_preempted")
                 for each in code if FP_REGISTER.search(each)]
    complain(rows)


def test_translations_are_forgotten_around_a_new_page_table(image):
    found = [(name, at) for name, code in image.items() for at, each in enumerate(code)
             if re.match(r"csrw satp,(?!zero)", each)]
    assert found
    for name, at in found:
        around = (image[name][at - 1], image[name][at + 1])
        assert around == ("sfence.vma", "sfence.vma"), f"{name}: {around}"


def test_inv_plat_4_a_hart_is_reset_before_it_calls_anything(image):
    code = image["neuron_secondary_start"]
    call = next(at for at, each in enumerate(code) if each.startswith("jal"))
    before = "\n".join(code[:call])
    for wanted in (r"csrw stvec,", r"csrw sscratch,", r"csrw sie,", r"csrw sstatus,", r"csrw satp,",
                   r"\w+ tp,", r"fence\.i$", r"sfence\.vma$"):
        assert re.search(f"^{wanted}", before, re.M), f"no {wanted} in\n{before}"


def test_the_rules_see_what_they_should():
    assert ecalls_without_a_fence(["fence w,o", "ecall", "li a0,0", "ecall"]) == 1
    assert ecalls_without_a_fence(["fence iorw,iorw", "ecall"]) == 0
    assert ecalls_without_a_fence(["fence rw,w", "ecall"]) == 1
    assert FP_REGISTER.search("fld fa5,8(a0)") and FP_REGISTER.search("fmv.x.d a0,fs11")
    assert not FP_REGISTER.search("fence rw,w") and not FP_REGISTER.search("fscsr zero")
