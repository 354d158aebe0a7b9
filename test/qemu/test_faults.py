# SPDX-License-Identifier: MIT
"""What the memory map makes of wrong accesses: each ends the image with its cause, its address and
what is there; an overflow by the name of the stack. Without vm, overflows are told of afterwards."""
import re

import pytest
from expectations import expectation_files

EXIT_PANIC = 134
MAIN = r"CPU 0 \(hart \d\): stack overflow in the stack of task 0 of CPU 0, main"
STORE, LOAD, FETCH = "store page fault", "load page fault", "instruction page fault"


def run(image, case, cpus):
    return image.make("run", "A=test/apps/fault", f"SMP={cpus}", f"ARGS={case}", "TIMEOUT=20")


def report(outcome) -> str:
    """The panic's report; the lines before it are whole."""
    before, _, after = outcome.out.partition("PANIC")
    assert after and before.endswith("SMP: all CPUs online\n\n"), outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err, outcome.text
    return "PANIC" + after


@pytest.mark.parametrize("case, cause, place", [
    ("write-text", STORE, r"text _start\+0x0"),
    ("write-constant", STORE, "constants"),
    ("write-sealed", STORE, "sealed data"),
    ("write-device-tree", STORE, "the device tree"),
    ("execute-data", FETCH, "data"),
    ("execute-constant", FETCH, "constants"),
    ("execute-stack", FETCH, "the stack of task 0 of CPU 0, main"),
    ("read-null", LOAD, "the page of null pointers"),
    ("write-null", STORE, "the page of null pointers"),
    ("jump-null", FETCH, "the page of null pointers"),
    ("read-outside", LOAD, "nothing that this image uses"),
    ("read-firmware", LOAD, "nothing that this image uses"),
    ("guard-main", LOAD, "the guard below the main stack of CPU 0"),
    ("guard-task", LOAD, "the guard below the stack of task 0 of CPU 0, main"),
    ("guard-handler", LOAD, "the guard below the handler stack of CPU 0"),
    ("guard-emergency", LOAD, "the guard below the emergency stack of CPU 0"),
    ("guard-idle", LOAD, "the guard below the main stack of CPU 1"),
])
def test_inv_vm_1_inv_vm_2_wrong_access(configuration, case, cause, place):
    text = report(run(configuration(), case, 3))
    assert re.match(rf"PANIC on CPU 0 \(hart \d\): {cause}\n  {cause} at 0x[0-9a-f]{{16}}: {place}\n"
                    r"registers: sepc 0x", text), text
    assert "task: main\nbacktrace:\n  #0 0x" in text, text
    if cause != FETCH: # a jump to nowhere is told by where it came from
        assert "main+0x" in text, text


@pytest.mark.parametrize("case, where, cpus", [
    ("recurse-app", MAIN, 1),
    ("recurse-app", MAIN, 8),
    ("dip-app", MAIN, 4),
    ("recurse-idle", r"CPU 1 \(hart \d\): stack overflow in the main stack of CPU 1", 4),
    ("recurse-handler", r"CPU 0 \(hart \d\): exception inside a trap handler: stack overflow in the "
                        r"handler stack of CPU 0", 4),
])
def test_overflow_is_named(configuration, case, where, cpus):
    text = report(run(configuration(), case, cpus))
    assert re.match(rf"PANIC on {where}\n  (?:store|load) page fault at 0x[0-9a-f]+: the guard below the",
                    text), text
    assert case.startswith("dip") or len(re.findall(r"#\d+ 0x\w+ .*recurse", text)) > 20, text


def test_what_is_allowed_stays_allowed(configuration):
    outcome = run(configuration(), "nothing", 2)
    assert "fault: nothing: nothing stopped it" in outcome.out and outcome.status == 0, outcome.text


@pytest.mark.parametrize("case, stack", [("dip-app", "stack of task 0 of CPU 0, main"), ("touch-handler", "handler stack of CPU 0")])
def test_canary_tells_of_an_overflow_afterwards(configuration, case, stack):
    outcome = run(configuration("qemu-virt", "CONFIG_VM=n"), case, 2)
    assert f"fault: {case}: nothing stopped it\n" in outcome.out, outcome.text
    assert re.search(rf"PANIC on CPU 0 \(hart \d\): stack overflow in the {stack}",
                     outcome.out), outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


@pytest.mark.parametrize("case, cpu, stack", [("dip-then-trap", 0, "stack of task 0 of CPU 0, main"),
                                              ("dip-then-idle", 1, "main stack of CPU 1")])
def test_canary_is_looked_at_in_traps_and_when_idle(configuration, case, cpu, stack):
    outcome = run(configuration("qemu-virt", "CONFIG_VM=n"), case, 2)
    assert re.search(rf"PANIC on CPU {cpu} \(hart \d\): stack overflow in the {stack}",
                     outcome.out), outcome.text
    assert "nothing stopped it" not in outcome.out, outcome.text


@pytest.mark.parametrize("cpus", [1, 4])
def test_selftests_without_vm(configuration, check_records, cpus):
    image = configuration("qemu-virt", "CONFIG_VM=n")
    check_records(image.make("run", f"SMP={cpus}"), expectation_files(image), cpus)


def test_too_few_page_tables_are_named(configuration):
    outcome = configuration("qemu-virt", "CONFIG_VM_TABLES=4").make("run", "A=hello", "SMP=2")
    assert re.search(r"^memory map: 0x\w+ to 0x\w+: there are too few page tables: "
                     r"raise CONFIG_VM_TABLES$", outcome.out, re.M), outcome.text
    assert "ended with status 2" in outcome.err


def test_a_large_frame_does_not_build(configuration, tmp_path):
    """It could step over a guard. The limit grows with the stacks."""
    (tmp_path / "Kconfig").write_text('config APP_LARGE\n\tbool "large"\n\tdepends on KERNEL\n')
    (tmp_path / "app.mk").write_text("$(eval $(call addlib,app-large))\nAPP_LARGE_SRCS-y += main.cpp\n")
    (tmp_path / "main.cpp").write_text("#include <neuron/app.hpp>\nint main() {\n"
                                       "    volatile char large[3000] = {};\n    return large[5];\n}\n")
    refused = configuration().make(f"A={tmp_path}", "image")
    assert refused.status != 0 and "larger than 2048 bytes" in refused.err, refused.text
    taken = configuration("qemu-virt", "CONFIG_STACK_SHIFT=15").make(f"A={tmp_path}", "image")
    assert taken.status == 0, taken.text


def test_a_large_frame_of_the_library_does_not_build(configuration, tmp_path):
    """GCC does not warn of functions in system headers, whatever they are instantiated with."""
    (tmp_path / "Kconfig").write_text('config APP_SORTS\n\tbool "sorts"\n\tdepends on KERNEL\n')
    (tmp_path / "app.mk").write_text("$(eval $(call addlib,app-sorts))\nAPP_SORTS_SRCS-y += main.cpp\n")
    (tmp_path / "main.cpp").write_text(
        "#include <algorithm>\n#include <neuron/app.hpp>\n"
        "struct Big { int key; char bytes[6000]; };\nBig data[40];\nint main() {\n"
        "    std::sort(data, data + 40, [](const Big& a, const Big& b) { return a.key < b.key; });\n"
        "    return data[0].key;\n}\n")
    refused = configuration().make(f"A={tmp_path}", "image")
    assert refused.status != 0, refused.text
    assert re.search(r": a frame of \d+ bytes: at most 2048 \(.*CONFIG_STACK_SHIFT\): ", refused.err), refused.err
