# SPDX-License-Identifier: MIT
"""The rules of lib/env that no run of a program shows: what is linked, and what a compiler may do
with a read of tp."""
import re

import pytest
from harness import TOP, command
from house import kernel_world

CALLER = "void use({0}& word);\nint main() {{ {0} word(0); use(word); }}\n"
CALLED = "void use({0}&) {{}}\n"
WORDS = {"neuron::env::Cell<int>": "neuron/env/cell.hpp",
         "neuron::core::Atomic<int>": "neuron/core/atomic.hpp",
         "neuron::core::Plain<int>": "neuron/core/plain.hpp"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("called_in", ["host", "kernel"])
def test_inv_env_1_worlds_do_not_link(tmp_path, called_in, word):
    """The host's compiler makes both, so nothing but the world keeps them apart."""
    objects = []
    for name, text, world in (("caller", CALLER, "host"), ("called", CALLED, called_in)):
        (tmp_path / f"{name}.cpp").write_text(f"#include <{WORDS[word]}>\n{text.format(word)}")
        objects.append(str(tmp_path / f"{name}.o"))
        made = command("g++", "-std=c++23", f"-I{TOP}/lib/env/{world}/include",
                       f"-I{TOP}/lib/core/include", "-c", str(tmp_path / f"{name}.cpp"), "-o",
                       objects[-1])
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
