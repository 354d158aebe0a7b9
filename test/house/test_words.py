# SPDX-License-Identifier: MIT
"""Words that stand in one room only."""
import re

from house.source import SHIPPED, code, complain, files, line_of, name, places

REGISTERS = "arch/riscv64/include/arch/mmio.hpp"
HOST_WORLD = "lib/env/host/"
WORLDS = "lib/env/"

STD_CONCURRENCY = (r"\bstd::(?:atomic\w*|\w*mutex|\w*_lock|lock_guard|j?thread|this_thread|latch|"
                   r"barrier|\w*semaphore|condition_variable\w*|once_flag|call_once|async|promise|"
                   r"(?:shared_)?future)\b|\batomic_flag\w*")
BUILTINS = r"\b__(?:atomic|sync)_\w+"


def outside(room: str, pattern: str, paths, advice: str) -> list[str]:
    """Where the pattern stands outside that room."""
    return [f"{name(path)}:{line}: {advice}" for path, line, _ in places(pattern, paths)
            if not name(path).startswith(room)]


def test_volatile_is_for_device_registers():
    """`asm volatile` is another thing, and legal."""
    complain(outside(REGISTERS, r"(?<!\basm )(?<!\b__asm__ )\bvolatile\b", files(*SHIPPED),
                     f"no volatile: device registers go through {REGISTERS}, "
                     "shared words are core::Atomic"))


def test_libraries_name_no_concurrency_of_std():
    complain(outside(HOST_WORLD, STD_CONCURRENCY, files("lib"),
                     "not in a library: use core::Atomic, sync::SpinLock, core::spin_until"))


def test_atomic_builtins_stand_in_env():
    complain(outside(WORLDS, BUILTINS, files(*SHIPPED),
                     "use core::Atomic: only lib/env says how a word is shared"))


def test_inv_plat_1_the_clock_alone_writes_the_compare_register():
    """arch/ says how; Clock::write() is the only one that does. And no asm beside those two."""
    rows = []
    for path in files("lib", "kernel", "plat", "apps"):
        text = code(path)
        clock = re.search(r"^void Clock::write\(.*?^\}", text, re.M | re.S)
        inside = range(clock.start(), clock.end()) if clock else range(0)
        rows += [f"{name(path)}:{line_of(text, found.start())}: only Clock::write() may"
                 for found in re.finditer(r"\bwrite_stimecmp\b|\bset_timer\b", text)
                 if found.start() not in inside]
        raw = path.read_text(encoding="utf-8")
        rows += [f"{name(path)}:{line_of(raw, found.start())}: only Clock::write() may, through arch/"
                 for found in re.finditer(r"\"[^\"\n]*\b(?:0x14d|v?stimecmp)\b", raw, re.I)]
    complain(rows)


def test_nothing_is_thread_local():
    """tp is the per-CPU block; a thread plays the CPU in the host world alone."""
    complain(outside(HOST_WORLD, r"\bthread_local\b", files(*SHIPPED),
                     "not thread_local: per-CPU state lives in percpu::PerCpu"))
