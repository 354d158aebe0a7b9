# SPDX-License-Identifier: MIT
"""How images end: each way with one clear line (the panic: its report) and the right status."""
import re

import pytest
from harness import boot, command

MISBEHAVE = "A=test/apps/misbehave"
EXIT_PANIC = 134


def run(configuration, arguments, *words, name="qemu-virt"):
    return configuration(name).make("run", MISBEHAVE, "SMP=4", f"ARGS={arguments}", *words)


@pytest.mark.parametrize("status", [1, 3, 255])
def test_status_of_main(configuration, status):
    outcome = run(configuration, f"return {status}")
    assert outcome.err.splitlines()[0] == f"run: the image ended with status {status}"
    assert outcome.status != 0


def test_status_of_the_runner_is_the_images(configuration):
    """make knows only 0 and 2; the runner that it calls has the image's own status."""
    folder = configuration().app("test/apps/misbehave")
    outcome = command("/usr/bin/env", "python3", "tools/run.py", "--image",
                      str(folder / "image.elf"), "--max-cpus", "8", "--smp", "2", "--mem", "128M",
                      "--args", "return 3")
    assert outcome.status == 3, outcome.text


def test_status_out_of_range_is_no_success(configuration):
    outcome = run(configuration, "return 256")
    assert "error: main returned 256: an exit status is 0 to 255" in outcome.out
    assert "ended with status 255" in outcome.err


def test_panic_on_cpu_2(configuration):
    outcome = run(configuration, "panic-on 2", "ICOUNT=3", "DEBUG_INFO=1") # a panic waits 10 ms for the others
    assert f"ended with status {EXIT_PANIC}" in outcome.err
    report = outcome.out[outcome.out.index("PANIC"):]
    assert re.match(r"PANIC on CPU 2 \(hart \d\): asked to panic on CPU 2\n  at \S+main.cpp:\d+\n",
                    report)
    assert "did not stop" not in report
    frames = [line for line in report.splitlines() if re.match(r"  #\d+ 0x", line)]
    # Names from the image itself (CONFIG_SYMTAB), places from image.dbg on the host.
    assert "deep_enough_to_trace" in "\n".join(frames[:3]), report
    assert re.search(r"main\.cpp:\d+", "\n".join(frames[:3])), report
    assert "idle" in "\n".join(frames), report


def test_backtrace_without_names_in_the_image(configuration):
    outcome = configuration("qemu-virt", "CONFIG_SYMTAB=n").make(
        "run", MISBEHAVE, "SMP=4", "ARGS=panic-on 2")
    backtrace = outcome.out[outcome.out.index("backtrace:"):]
    for name in ("deep_enough_to_trace", "panic_on", "idle"):
        assert re.search(rf"^  (?:#\d+ 0x\w+|    inlined by) .*{name}", backtrace, re.M), outcome.text


def test_everybody_panics(configuration):
    outcome = run(configuration, "panic-everywhere")
    assert len(re.findall(r"^PANIC", outcome.out, re.M)) == 1, outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


def test_inv_kernel_2_panic_stops_who_waits_and_who_runs(configuration):
    """By the image's own time: a busy host lets no CPU run for longer than the panic waits."""
    outcome = run(configuration, "panic-beside-waiter-and-runner", "ICOUNT=3")
    assert re.search(r"PANIC on CPU 0 \(hart \d\): beside a waiter and a runner\n", outcome.out), outcome.text
    assert "did not stop" not in outcome.out, outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


def test_cpu_that_does_not_stop_is_named(configuration):
    """By the image's own time, as above: only the deaf CPU is late, also on a busy host."""
    outcome = run(configuration, "panic-beside-deaf", "ICOUNT=3")
    assert "beside a deaf CPU" in outcome.out
    assert re.findall(r"^CPU \d+: did not stop", outcome.out, re.M) == ["CPU 1: did not stop"]
    assert f"ended with status {EXIT_PANIC}" in outcome.err


@pytest.mark.parametrize("how, cause", [
    ("illegal", "illegal instruction"),
    ("bad-load", "load page fault"),
    ("breakpoint", "breakpoint"),
    ("abort", "abort called"),
    ("call-null", "instruction page fault"),
    ("out-of-range 9", "std::out_of_range"),
])
def test_unexpected_traps_end_in_the_panic(configuration, how, cause):
    outcome = run(configuration, how)
    assert re.search(rf"PANIC on CPU 0 \(hart \d\): {cause}", outcome.out), outcome.text
    assert "main+0x" in outcome.out # and, unless it was inlined from elsewhere, its line
    assert f"ended with status {EXIT_PANIC}" in outcome.err


IN_HANDLER = r"exception inside a trap handler: illegal instruction\n"


@pytest.mark.parametrize("how, report", [
    ("trap-in-handler", rf"PANIC on CPU 0 \(hart \d\): {IN_HANDLER}"),
    ("trap-in-handler-without-tp", rf"PANIC on CPU 0 \(hart \d\): {IN_HANDLER}"),
    ("trap-in-handler-lost", r"PANIC: on a hart that is no CPU of this image"),
    ("trap-lost", r"PANIC on CPU 0 \(hart \d\): illegal instruction\n"),
])
def test_inv_arch_1_traps_with_nothing_to_hold_on_to(configuration, how, report):
    """A store through the interrupted sp would trap again, and again. Without tasks: main's stack is its CPU's."""
    outcome = run(lambda name: configuration(name, "CONFIG_SCHED=n"), how)
    assert re.search(report, outcome.out), outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


def test_inv_arch_2_report_shows_the_tp_that_was_lost(configuration):
    assert re.search(r"tp +0x0+123\b", run(configuration, "trap-lost").out)


def test_inv_arch_3_fp_in_a_handler_is_fatal_and_named(configuration):
    """And the first trap's frame and stack are what they were: they are in the backtrace."""
    outcome = run(configuration, "fp-in-handler")
    assert re.search(rf"PANIC on CPU 0 \(hart \d\): {IN_HANDLER}", outcome.out), outcome.text
    assert "neuron_trap+" in outcome.out[outcome.out.index("backtrace:"):], outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


def test_inv_plat_5_hart_at_the_entry_of_a_booted_image_is_a_started_one(configuration):
    outcome = run(configuration, "start-at-the-entry")
    assert "stopped true, started true, stopped again true\n" in outcome.out, outcome.text
    assert outcome.status == 0 and outcome.out.count("NEURON misbehave") == 1, outcome.text


def test_inv_kernel_1_tp_of_another_cpu_deceives_nobody(configuration):
    outcome = run(configuration, "another-cpus-tp", "ICOUNT=3")
    assert re.search(r"PANIC on CPU 1 \(hart \d\): illegal instruction", outcome.out), outcome.text
    assert "did not stop" not in outcome.out


def test_fault_inside_the_report(configuration):
    """It can't be reported in full; it ends all the same, with the right status."""
    outcome = run(configuration, "panic-in-panic")
    assert outcome.out.count("PANIC inside a panic: load page fault") == 1 and f"ended with status {EXIT_PANIC}" in outcome.err


def test_inv_kernel_4_exit_does_not_hide_a_panic(configuration):
    outcome = run(configuration, "exit-beside-panic")
    assert "this is the end" in outcome.out, outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err


def test_image_that_never_ends_is_cut_off(configuration):
    outcome = run(configuration, "never-end", "TIMEOUT=3")
    assert "run: cut off after 3 s (TIMEOUT=): the image did not end" in outcome.err
    assert outcome.status != 0


def test_nested_run_is_refused(configuration):
    assert "refused 4" in run(configuration, "nested-run").out


def test_arguments_reach_main_whole(configuration):
    outcome = configuration().make("run", "A=hello", 'ARGS=one "two words" th\\"ree')
    assert [line for line in outcome.out.splitlines() if line.startswith("argument")] == [
        "argument 1: one", "argument 2: two words", 'argument 3: th"ree']


@pytest.mark.parametrize("word, said", [
    ("SMP=0", "run: SMP=0: a number from 1 to 8 is wanted"),
    ("SMP=99", "run: SMP=99: this image holds 1 to 8 CPUs (CONFIG_MAX_CPUS)"),
    ("SMP=x", "run: SMP=x: a number from 1 to 8 is wanted"),
    ("LOG=loud", "run: LOG=loud"),
    ("MEM=12Q", "run: MEM=12Q"),
    ("INPUT=no-such-file", "run: INPUT=no-such-file: no such file"),
    ("TIMEOUT=never", "run: TIMEOUT=never"),
    ("A=nonesuch", "config: A=nonesuch: no such app (apps here: bench, hello, layout, pipeline, selftest, wordcount"),
    ("QEMU=no-such-emulator", "no-such-emulator is not installed: run make deps"),
    ("CROSS_COMPILE=no-such-", "no-such-g++ is not installed: run make deps"),
    ("PYTHON=no-such-python", "no-such-python"),
    ("STORM=0", "run: STORM=0"),
    ("BOOT_HART=9", "run: BOOT_HART=9: a number from 0 to 3 is wanted"),
])
def test_wrong_input_gets_one_clear_line(configuration, word, said):
    outcome = configuration().make("run", "A=hello", "SMP=4", word)
    assert outcome.status != 0
    lines = [line for line in outcome.text.splitlines() if said in line]
    assert len(lines) == 1, outcome.text
    assert "Traceback" not in outcome.text


@pytest.mark.parametrize("log, shown", [("error", 0), ("warn", 0), ("info", 1), ("debug", 1)])
def test_log_levels(configuration, log, shown):
    outcome = configuration().make("run", "A=hello", f"LOG={log}")
    assert outcome.status == 0 and outcome.out.count("CPU 0: ready") == shown


@pytest.mark.parametrize("arguments, said", [
    ("boot_hart=9", "error: boot_hart=9: no such hart"),
    ("boot_hart=x", "error: boot_hart=x: no such hart"),
    ("log=loud", "error: log=: error, warn, info or debug is wanted"),
    ('say="no end', "error: the boot arguments can't be read: "),
])
def test_image_refuses_boot_arguments(configuration, arguments, said):
    """The runner checks them too; here the image gets them as they are."""
    image = configuration().app("hello") / "image.elf"
    outcome = boot(image, "-append", arguments)
    assert outcome.status == 2 and said in outcome.out, outcome.text


def test_more_harts_than_the_image_holds(configuration):
    """The runner refuses it; booted all the same, the image says so and uses what it holds."""
    image = configuration("qemu-virt", "CONFIG_MAX_CPUS=2").app("hello") / "image.elf"
    outcome = boot(image, "-smp", "4")
    assert outcome.status == 0, outcome.text
    assert "warning: 4 harts, this image holds 2 CPUs (CONFIG_MAX_CPUS)" in outcome.out
    assert "SMP: all CPUs online" in outcome.out


def test_sixty_four_harts(configuration):
    outcome = configuration("qemu-virt", "CONFIG_MAX_CPUS=64").make("run", "A=hello", "SMP=64",
                                                                    "TIMEOUT=120")
    assert outcome.status == 0, outcome.text
    assert "CPU 63: ready" in outcome.out and "SMP: all CPUs online" in outcome.out


@pytest.mark.parametrize("how, sentence", [
    ("rank-inversion", "lock ranks: Scheduler taken while an app's is held"),
    ("lock-twice", "lock ranks: Scheduler taken while Scheduler is held"),
    ("wait-under-lock", "a wait for another CPU while lock Scheduler is held"),
    ("other-cpus-data", "per-CPU data of another CPU"),
    ("task-data-in-handler", "task-level data touched in a handler"),
    ("block-in-handler", "a blocking call inside a handler"),
    ("block-while-pinned", "a blocking call while pinned"),
])
def test_reject_broken_rules_on_the_target(configuration, how, sentence):
    """What the types can be talked out of ends the image by name."""
    outcome = run(configuration, how)
    assert re.search(rf"PANIC on CPU \d \(hart \d\): {sentence}\n", outcome.out), outcome.text
    assert f"ended with status {EXIT_PANIC}" in outcome.err
