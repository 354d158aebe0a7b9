// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/fdt/tree.hpp>
#include <neuron/selftest/run.hpp>

namespace neuron::fdt {

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    run.test("fdt.own_tree", [&](selftest::Record& record) {
        const auto tree = Tree::open(system.machine().device_tree);
        record.expect(tree.has_value(), "the tree that this image booted with opens again");
        std::uint32_t harts = 0;
        if (tree)
            for (const Node node : tree->nodes())
                harts += node.is_compatible("riscv") && node.is_available();
        record.expect(harts == system.machine().harts, "as many harts as the machine says");
        record.value("harts", harts);
    });
}

} // namespace neuron::fdt
