# SPDX-License-Identifier: MIT
"""Messages between CPUs on the target: long storms, the causal chain of every message with QEMU's
own count of traps beside it, and faults below the library, each of which must make a proof fail."""
import re
from pathlib import Path

import causal
import pytest
from expectations import expectation_files
from harness import TOP, command

RING = "_ZN6neuron4plat4ringERKNS0_7MachineENS_4core5CpuIdE" # plat::ring(const Machine&, CpuId)
TRAP = "neuron_trap"
IPI_ALONE = ("CONFIG_SCHED=n", "CONFIG_TIMER=n") # what compiles long and is not looked at
MERGING = "0,1,2,3,4" # Reschedule, Stop, Call, Flag, Amount: one acknowledgement may stand for several


@pytest.fixture(scope="module")
def chain(configuration):
    """The image of ipi-chain, with room for what a hundred thousand messages leave behind."""
    made = configuration("qemu-virt", "CONFIG_MAX_CPUS=4", "CONFIG_IPI_TRACE_EVENTS=131072",
                         "CONFIG_DIAGNOSTIC_SECONDS=2", "CONFIG_SELFTEST=n",
                         "CONFIG_SYMTAB=n", "CONFIG_SCHED=n") # whose kinds would stand before the app's
    return made, made.app("test/apps/ipi-chain")


def run(image: Path, folder: Path, rounds: int, *qemu: str):
    """The run, and what tools/causal.py says of it."""
    ram, traps, log = (folder / name for name in ("ram", "traps", "log"))
    words = [*causal.memory_words(ram, "256M"), "-trace", f"riscv_trap,file={traps}", *qemu]
    outcome = command("python3", "tools/run.py", "--image", str(image), "--max-cpus", "4", "--smp", "4",
                      "--mem", "256M", "--timeout", "100", "--args", str(rounds), "--qemu-args",
                      " ".join(words))
    log.write_text(outcome.out)
    said = command("python3", "tools/causal.py", "--log", str(log), "--memory", str(ram), "--traps",
                   str(traps), "--merging", MERGING)
    ram.unlink()
    return outcome, said


@pytest.mark.parametrize("rounds, device", [(1600, "on"), (300, "off")])
def test_causal_chain_of_every_message(chain, tmp_path, rounds, device):
    """By the SSWI device and by the firmware."""
    outcome, said = run(chain[1] / "image.elf", tmp_path, rounds, "-M", f"aclint={device}")
    messages = 4 * 16 * rounds + 3 + 2 * 4
    assert outcome.status == 0 and f"CHAIN: messages={messages} arrived=true" in outcome.out, outcome.text
    assert said.status == 0 and f" requests={messages} " in said.out, said.text


def with_fault(chain, folder: Path, name: str, wrapped: str) -> Path:
    """The same objects, linked once more with a fault in place of one function below the library."""
    made, _ = chain
    app, source = "A=test/apps/ipi-chain", "test/apps/ipi-chain/main.cpp"
    shown = made.make(app, "-n", "-W", source, "V=1", "image").out # as if the source were new
    compiled = next(line.partition(f" -c {source} ")[0] for line in shown.splitlines() if f" -c {source} " in line)
    link = made.make("--no-print-directory", app, "print-link").out.strip()
    image = folder / f"{name}.elf"
    for words in (f"{compiled} -c test/faults/{name}.cpp -o {folder}/{name}.o",
                  f"{link} {folder}/{name}.o -Wl,--wrap={wrapped} -o {image}"):
        done = command("/bin/sh", "-c", words)
        assert done.status == 0, done.text
    return image


@pytest.mark.parametrize("name, wrapped, status, said, found", [
    # One CPU is never woken, until somebody else rings it: then all goes on.
    ("suppressed", RING, 1, "CHAIN: woken=2\nCHAIN: heard=4\n.*arrived=true", ""),
    # Rung until it succeeds: nothing is lost.
    ("flaky", RING, 0, "CHAIN: woken=3\nCHAIN: heard=4\n.*arrived=true", ""),
    # The wait ends with its bound; what rings with no way to say that it failed ends the image.
    ("failing", RING, 134, "CHAIN: woken=2\n.*run_on_each_cpu: a doorbell did not ring", None),
    # The second of two messages is not heard; on a host too busy to post it meanwhile, one of the storm.
    ("late_clear", TRAP, (1, 134), r"CHAIN: woken=3\nCHAIN: heard=(?:[0-3]\n|4\n.*PANIC.*(?:come back|no room))", None),
    ("forged", TRAP, 0, "arrived=true", r"CPU 0 -> \d, kind 0: 1000000000 was acknowledged, but never requested"),
])
def test_counterfactual(chain, tmp_path, name, wrapped, status, said, found):
    """`found`: what the checker of the causal chain says; None: the image did not come so far."""
    image = with_fault(chain, tmp_path, name, wrapped)
    outcome, verdict = run(image, tmp_path, 50)
    ends = status if isinstance(status, tuple) else (status,)
    assert outcome.status in ends and re.search(said, outcome.out, re.S), outcome.text
    if found is not None:
        assert verdict.status == (1 if found else 0) and re.search(found, verdict.out), verdict.text
    if name == "flaky":
        assert " ring-failed=1 " in verdict.out, verdict.text


def test_reject_wait_in_handler(chain):
    outcome = chain[0].make("run", "A=test/apps/ipi-chain", "SMP=2", "ARGS=handler")
    assert "a blocking call inside a handler" in outcome.out, outcome.text
    assert "ended with status 134" in outcome.err


def test_reject_offline_cpu(chain):
    """A CPU that was told to stop: what is posted to it comes back."""
    outcome = chain[0].make("run", "A=test/apps/ipi-chain", "SMP=4", "ARGS=stopped")
    assert outcome.status == 0 and "CHAIN: object=Offline letter=Offline call=Offline" in outcome.out, outcome.text


@pytest.mark.parametrize("cpus", [1, 2, 8])
def test_firmware_rings(configuration, check_records, cpus):
    """Without the SSWI device, on every count of CPUs."""
    image = configuration()
    outcome = image.make("run", f"SMP={cpus}", "ARGS=ipi", "QEMU_ARGS=-M virt,aclint=off")
    check_records(outcome, expectation_files(image).only("ipi"), cpus)


def test_many_cpus(configuration, check_records):
    """An image for more CPUs than fit into one word: they announce themselves in groups."""
    image = configuration("qemu-virt", "CONFIG_MAX_CPUS=100", *IPI_ALONE)
    outcome = image.make("run", "SMP=8", "ARGS=ipi", "MEM=512M")
    check_records(outcome, expectation_files(image).only("ipi"), 8)


@pytest.mark.parametrize("mode", ["", "ICOUNT=3"])
def test_a_million_messages(configuration, check_records, mode):
    image = configuration()
    outcome = image.make("run", "SMP=4", "ARGS=ipi", "STORM=25", "TIMEOUT=200", mode or "SEED=")
    assert "ipi.storm ok posted=1000000 handled=1000000 wrong=0" in outcome.out, outcome.text
    check_records(outcome, expectation_files(image).only("ipi"), 4, storm=25)


def test_rings_of_one(configuration, check_records):
    """As many messages fit as were configured: a ring of 1 does not pass for one of 16."""
    narrow = configuration("qemu-virt", "CONFIG_IPI_RING_SHIFT=0", *IPI_ALONE)
    own = expectation_files(narrow).only("ipi")
    outcome = narrow.make("run", "SMP=4", "ARGS=ipi")
    check_records(outcome, own, 4)
    assert "ipi.test_reject_full ok words=1 numbers=0 " in outcome.out
    with pytest.raises(AssertionError):
        check_records(outcome, expectation_files(configuration()).only("ipi"), 4)
