# SPDX-License-Identifier: MIT
"""The rules of lib/env that no run of a program shows: what is linked, and what a compiler may do
with a read of tp."""
import re

import pytest
from harness import TOP, command
from house import kernel_world

CALLER = ("#include <neuron/env/cell.hpp>\nvoid use(neuron::env::Cell<int>& word);\n"
          "int main() { neuron::env::Cell<int> word(0); use(word); }\n")
CALLED = ("#include <neuron/env/cell.hpp>\nvoid use(neuron::env::Cell<int>& word) "
          "{ word.store(1, std::memory_order::relaxed); }\n")


@pytest.mark.parametrize("called_in", ["host", "kernel"])
def test_inv_env_1_worlds_do_not_link(tmp_path, called_in):
    """The host's compiler makes both, so nothing but the world keeps them apart."""
    objects = []
    for name, text, world in (("caller", CALLER, "host"), ("called", CALLED, called_in)):
        (tmp_path / f"{name}.cpp").write_text(text)
        objects.append(str(tmp_path / f"{name}.o"))
        made = command("g++", "-std=c++23", f"-I{TOP}/lib/env/{world}/include", "-c",
                       str(tmp_path / f"{name}.cpp"), "-o", objects[-1])
        assert made.status == 0, made.text
    linked = command("g++", *objects, "-o", str(tmp_path / "program"))
    assert (linked.status == 0) == (called_in == "host"), linked.text
    assert linked.status == 0 or re.search(r"undefined reference to `use\(", linked.err), linked.err


def test_inv_env_3_each_read_of_tp_is_a_read(configuration, tmp_path):
    world = kernel_world.of(configuration())
    source = tmp_path / "tp.cpp"
    source.write_text("#include <neuron/env/cpu.hpp>\nusing namespace neuron::env;\n"
                      "bool same() { void* const before = cpu_block(); return before == cpu_block(); }\n")
    made = world.compile(source, *world.includes["lib/env"], "-O2", "-g0", "-S", "-o", "-")
    assert made.status == 0, made.text
    assert len(re.findall(r"^\s*mv\s+\w+,\s*tp\b", made.out, re.M)) == 2, made.out
