// SPDX-License-Identifier: MIT
// What lib/vm adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/vm/map.hpp>

namespace neuron::vm {

template <class Values>
struct Feature {
    /// One table for each 2 MiB that a stack is in, and one more where they begin.
    static constexpr std::size_t stack_tables =
        Values::max_cpus *
            (((3 + Values::task_stacks) << Values::stack_shift) +
             (Values::large_stacks << Values::large_stack_shift)) /
            sv39::span_of(1) +
        2;

    struct Sealed {
        Map<Values::vm_tables + stack_tables> map;
    };

    /// Builds the map of all that the system names. The first region that can't be mapped is named.
    template <class System>
    static bool prepare(System& system, Sealed& sealed) {
        bool good = true;
        system.for_each_region([&](const core::MemoryRegion& region) {
            if (!good)
                return;
            if (const auto added = sealed.map.add(region); !added) {
                system.line("memory map: {:#x} to {:#x}: {}", region.address,
                            region.address + region.size, to_string(added.error()));
                good = false;
            }
        });
        return good;
    }

    /// A CPU without Sv39 would run on unprotected: it does not run at all.
    template <class System>
    static bool enter(System& system) {
        const auto& map = system.template sealed<vm::Feature>().map;
        if (system.load_page_table(map.root()))
            return true;
        system.line(
            "CPU {}: no Sv39, so no memory protection: build with CONFIG_VM=n for such harts",
            system.this_cpu());
        return false;
    }

    /// Faults are this feature's doing; what lies where is the system's to say.
    template <class System>
    static auto explain(System& system, std::uintptr_t address) {
        return system.describe_address(address);
    }
};

} // namespace neuron::vm
