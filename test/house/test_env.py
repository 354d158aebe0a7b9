# SPDX-License-Identifier: MIT
"""lib/env is the one place where the worlds differ, and no library may notice: both offer the same
functions with the same types. (test_worlds.py: they do not link.)"""
import re

import pytest
from harness import TOP, command
from house import kernel_world

ENV = TOP / "lib/env"
# Functions begin a line of cpu.hpp, members of the class are one step in; templates are details.
DECLARED = (r"^{}(?:\[\[.*?\]\] )?(?:inline )?(?!constexpr )[\w:]+(?:<.*>)?[&*]? (?!if|for|return)(\w+)\(")


@pytest.fixture(scope="module")
def world(configuration):
    return kernel_world.of(configuration())


def names(header: str, step: str) -> list[str]:
    """What this header of the kernel world offers."""
    text = (ENV / "kernel/include/neuron/env" / header).read_text(encoding="utf-8")
    text = re.sub(r"^template <.*>\n.*", "", text, flags=re.M) if not step else text
    return sorted(set(re.findall(DECLARED.format(step), text, re.M)))


def compiled(world, name: str, source, *words: str):
    if name == "kernel":
        return world.compile(source, *words)
    return command("g++", "-std=c++23", *words, "-c", str(source))


def listed(world, name: str, folder, text: str) -> str:
    """The symbols of this text, compiled in that world."""
    source = folder / f"{name}.cpp"
    source.write_text("#include <neuron/env/cell.hpp>\n#include <neuron/env/cpu.hpp>\n"
                      "#include <neuron/env/plain_cell.hpp>\n"
                      f"using namespace neuron::env;\n{text}")
    outcome = compiled(world, name, source, f"-I{ENV}/{name}/include",
                       f"-I{TOP}/test/model/checker/include", "-O0", "-o",
                       str(source.with_suffix(".o")))
    assert outcome.status == 0, outcome.text
    return command("riscv64-linux-gnu-nm" if name == "kernel" else "nm", "-C",
                   str(source.with_suffix(".o"))).out


def test_inv_env_1_all_worlds_offer_the_same(world, tmp_path):
    """The type of each function of the kernel world, as each world has it."""
    functions, members = names("cpu.hpp", "") + ["fence"], names("cell.hpp", "    ")
    plain = names("plain_cell.hpp", "    ")
    assert {"irq_save", "cpu_block", "die", "relax"} <= set(functions)
    assert {"load", "compare_exchange", "fetch_and"} <= set(members)
    assert {"read", "write", "take", "consume"} == set(plain)
    templates = {"consume": "<void(unsigned&&)>"}
    text = "".join(f"template <class T> void of_{each}() {{}}\n"
                   f"template void of_{each}<decltype(&{where}{each}{templates.get(each, '')})>();\n"
                   for where, found in (("", functions), ("Cell<unsigned>::", members),
                                        ("PlainCell<unsigned>::", plain))
                   for each in found)
    shown = [re.findall(r"W (void of_.*)", listed(world, name, tmp_path, text))
             for name in ("kernel", "host", "model")]
    assert len(shown[0]) == len(functions) + len(members) + len(plain)
    for listing in shown[1:]:
        renamed = [re.sub("host_world|model_world", "kernel_world", line) for line in listing]
        assert shown[0] == [line.replace("std::memory_order", "neuron::env::detail::MemoryOrder") for line in renamed]
