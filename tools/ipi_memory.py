#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the mailboxes of all CPUs take, by the types themselves, compiled for the host.

  ipi_memory.py                       prints the table
  ipi_memory.py --table docs/ipi.md   writes it there, between its markers
"""
import argparse
import subprocess
import tempfile
from pathlib import Path

import tables

CPUS = (8, 64, 128)
KINDS = {"no user kind": "", "one of 16 bytes": "Letter<16>", "one of 64 bytes": "Letter<64>"}
PROGRAM = """
#include <neuron/ipi/feature.hpp>
#include <cstdio>
using namespace neuron;
template <unsigned Bytes> struct Letter { using Carrier = ipi::Ring<std::array<std::byte, Bytes>>; };
template <unsigned Cpus> struct Values {
    static constexpr unsigned max_cpus = Cpus, ipi_ring_shift = 4, ipi_trace_events = 0, ipi_burst = 64;
};
template <class... K> struct User { using IpiKinds = core::TypeList<K...>; };
template <unsigned Cpus, class... K> void print() {
    using F = ipi::Feature<Values<Cpus>>;
    using All = core::TypeList<F, User<K...>>;
    std::printf("%zu\\n", Cpus * (sizeof(typename F::template PerCpuIn<All>) +
                                 sizeof(typename F::template RemoteIn<All>)));
}
int main() {
"""


def bytes_of_all() -> list[int]:
    calls = [f"print<{cpus}{', ' + kind if kind else ''}>();" for kind in KINDS.values() for cpus in CPUS]
    includes = [f"-I{folder}" for folder in sorted(Path("lib").glob("*/include"))]
    includes += ["-Ilib/env/host/include", "-Ilib/audit/unchecked/include"]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "memory.cpp")
        source.write_text(PROGRAM + "\n".join(calls) + "\n}\n", encoding="utf-8")
        subprocess.run(["g++", "-std=c++23", *includes, str(source), "-o", f"{folder}/memory"], check=True)
        said = subprocess.run([f"{folder}/memory"], check=True, capture_output=True, text=True).stdout
    return [int(line) for line in said.splitlines()]


def table() -> list[str]:
    numbers = iter(bytes_of_all())
    return tables.rows(["mailboxes of all CPUs, KiB", *(f"{cpus} CPUs" for cpus in CPUS)],
                       [[f"{name}, rings of 16" if kind else name, *(f"{next(numbers) / 1024:.0f}" for _ in CPUS)]
                        for name, kind in KINDS.items()])


def main() -> None:
    parser = argparse.ArgumentParser(prog="ipi_memory", description=__doc__.partition("\n")[0])
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    if options.table:
        tables.put(options.table, "ipi-memory", table())
    else:
        print("\n".join(table()))


if __name__ == "__main__":
    main()
