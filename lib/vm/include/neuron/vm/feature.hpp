// SPDX-License-Identifier: MIT
// What lib/vm adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/vm/map.hpp>

namespace neuron::vm {

template <class Values>
struct Feature {
    struct Sealed {
        Map<Values::vm_tables> map;
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

    template <class System>
    static void enter(System& system) {
        system.load_page_table(system.template sealed<vm::Feature>().map.root());
    }

    /// Faults are this feature's doing; what lies where is the system's to say.
    template <class System>
    static auto explain(System& system, std::uintptr_t address) {
        return system.describe_address(address);
    }
};

} // namespace neuron::vm
