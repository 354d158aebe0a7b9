// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/on_each_cpu.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/vm/feature.hpp>

namespace neuron::vm {
namespace selftests {

/// "r", "rw", "rx", or "none" if an access to it faults.
template <class System>
std::string_view access_of(System& system, const void* pointer) {
    // SAFETY: an address, to be looked up.
    const auto address = reinterpret_cast<std::uintptr_t>(pointer);
    const auto page = system.template sealed<vm::Feature>().map.find(address);
    if (!page)
        return "none";
    return page->access == core::Access::ReadExecute ? "rx"
           : page->access == core::Access::ReadWrite ? "rw"
                                                     : "r";
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;

    run.test("vm.map_by_kind", [&](selftest::Record& record) {
        static constexpr int constant = 1;
        int variable = 0;
        // SAFETY: addresses of functions, to be looked up.
        const void* code = reinterpret_cast<const void*>(&run_selftests<System>);
        record.value("text", access_of(system, code));
        record.value("constant", access_of(system, &constant));
        record.value("sealed", access_of(system, &system.machine()));
        record.value("stack", access_of(system, &variable));
        record.value("data", access_of(system, &system));
        record.value("null", access_of(system, nullptr));
    });
    // INV-VM-1 is a matter of types; that the map says the same of every page that the image uses,
    // and that every CPU runs by it, is looked at here.
    run.test("vm.every_region_is_mapped", [&](selftest::Record& record) {
        const auto& map = system.template sealed<vm::Feature>().map;
        std::uint64_t wrong = 0;
        system.for_each_region([&](const core::MemoryRegion& region) {
            for (std::size_t at = 0; at < region.size;) {
                const auto page = map.find(region.address + at);
                wrong += !page || page->access != region.access;
                at += page ? page->size - (region.address + at - page->address) : sv39::page_size;
            }
        });
        record.value("wrong", wrong);
    });
    run.test("vm.every_cpu_is_protected", [&](selftest::Record& record) {
        std::uint32_t cpus = 0;
        const std::uint64_t by_the_map =
            selftest::on_each_cpu(system, cpus, [](System& each, std::uint32_t) -> std::uint64_t {
                return each.page_table() == each.template sealed<vm::Feature>().map.root();
            });
        record.expect(by_the_map == cpus, "every CPU runs by the map");
        record.value("cpus", by_the_map);
    });
}

} // namespace neuron::vm
