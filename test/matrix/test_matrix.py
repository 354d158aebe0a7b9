# SPDX-License-Identifier: MIT
"""Combinations of features: each builds, boots at 1 and 4 CPUs, passes its selftests, and holds nothing
of what is off. A part runs in `make test`, all of it in `make test-matrix`."""
import os
import re

import kconfiglib
import pytest
import strict
from expectations import expectation_files
from harness import BUILD, TOP, Configuration, command

SEEDS = range(1, 1 + int(os.environ.get("MATRIX_SEEDS", "1")))
EVERYTHING = "MATRIX_ALL" in os.environ
# A feature's help says what it adds to hello, from hello's default configuration if not from another one,
# and with what would follow it held.
COST_FROM = {"CANARY": ("hello", "CONFIG_VM=n"), "SMP": ("hello", "CONFIG_IPI=n"), "OPTIMIZE_FOR_SIZE": ("minimal",)}
HELD = {"VM": ["CONFIG_CANARY=n"], "SELFTEST": ["CONFIG_AUDIT_CHECKS=n"]}
COST = re.compile(r"\b([0-9.]+)\s(bytes|KiB)\b")


def features() -> dict[str, str]:
    """What a user can switch, with its help."""
    here = os.getcwd()
    os.chdir(TOP)
    try:
        kconf = strict.read(None)
    finally:
        os.chdir(here)
    return {symbol.name: symbol.nodes[0].help for symbol in kconf.unique_defined_syms
            if symbol.type == kconfiglib.BOOL and symbol.choice is None
            and any(node.prompt for node in symbol.nodes)}


def flipped() -> list[tuple[str, str]]:
    """Each feature the other way, from the default and from the minimal configuration. In the part: those that
    others stand on; those that nobody needs together."""
    chosen = features() if EVERYTHING else ["VM", "SMP", "IPI", "TIMER", "SCHED", "SCHED_QOS", "PREEMPT",
                                           "WORK_STEALING IDLE HOTPLUG TIMER_COALESCING CHANNEL"]
    bases = ("qemu-virt", "minimal") if EVERYTHING else ("qemu-virt",)
    return [(base, name) for base in bases for name in chosen]


@pytest.fixture
def try_out(check_records):
    """Builds the configuration, boots it and looks into it."""
    def check(made):
        text = (made.folder / ".config").read_text(encoding="utf-8")
        app = "selftest" if "CONFIG_SELFTEST=y" in text else "hello"
        image = made.app(app)
        held = int(re.search(r"^CONFIG_MAX_CPUS := (\d+)$", (made.folder / "generated/auto.mk").read_text(), re.M)[1])
        for cpus in sorted({1, min(4, held)}):
            outcome = made.make("run", f"A={app}", f"SMP={cpus}")
            if app == "selftest":
                check_records(outcome, expectation_files(made), cpus)
            else:
                assert outcome.status == 0 and "Hello from CPU 0" in outcome.out, outcome.text
        listed = command("riscv64-linux-gnu-nm", "-C", str(image / "image.dbg"))
        assert listed.status == 0 and "neuron_boot" in listed.out, listed.text
        names = listed.out
        auto = (made.folder / "generated/auto.mk").read_text()
        chosen = {re.search(rf"^{unit}_BASE := (.*)$", auto, re.M)[1]
                  for unit in re.search(r"^UNITS := (.*)$", auto, re.M)[1].split()}
        for library in TOP.glob("lib/*/Kconfig"):
            name = library.parent.name
            if f"lib/{name}" not in chosen:
                assert f"neuron::{name.replace('-', '_')}::" not in names, name

    return check


def other_way(made, name: str) -> str:
    """The line that turns a feature on where it is off, and off where it is on."""
    assert made.make("-n", "image").status == 0 # resolves it
    value = re.search(rf"^CONFIG_{name} := y$", (made.folder / "generated/auto.mk").read_text(), re.M)
    return f"CONFIG_{name}={'n' if value else 'y'}"


@pytest.mark.parametrize("base, names", flipped())
def test_one_feature_the_other_way(configuration, try_out, base, names):
    lines = "".join(other_way(configuration(base), name) + "\n" for name in names.split())
    other = Configuration(BUILD / "test" / f"flipped-{base}-{names.split()[0]}") # resolved, so no other test's
    other.folder.mkdir(parents=True, exist_ok=True)
    text = (TOP / f"config/{base}_defconfig").read_text(encoding="utf-8")
    (other.folder / ".config").write_text(f"{text}{lines}", encoding="utf-8")
    assert other.make("olddefconfig").status == 0
    try_out(other)


def bytes_of_hello(made) -> int:
    listing = command("riscv64-linux-gnu-size", "-A", str(made.app("hello") / "image.dbg")).out
    return sum(map(int, re.findall(r"^\.(?:text|rodata|data)\s+(\d+)", listing, re.M)))


@pytest.mark.parametrize("name", features() if EVERYTHING else ["DEFER"])
def test_help_says_what_a_feature_costs(configuration, name):
    """The first figure, within a quarter or 512 bytes."""
    base = COST_FROM.get(name, ("hello",))
    made = configuration(*base)
    before = bytes_of_hello(made)
    cost = abs(bytes_of_hello(configuration(*base, other_way(made, name), *HELD.get(name, []))) - before)
    number, unit = COST.search(features()[name]).groups()
    said = float(number) * (1024 if unit == "KiB" else 1)
    assert abs(cost - said) <= max(said / 4, 512), f"CONFIG_{name}: the help says {number} {unit}, it is {cost}"


@pytest.mark.parametrize("goal", ["allnoconfig", "allyesconfig"])
def test_nothing_and_everything(try_out, goal):
    made = Configuration(BUILD / "test" / goal)
    assert made.make(goal).status == 0
    try_out(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_by_chance(try_out, seed):
    made = Configuration(BUILD / "test" / f"randconfig-{seed}")
    assert made.make("randconfig", f"SEED={seed}").status == 0
    try_out(made)
