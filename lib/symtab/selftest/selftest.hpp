// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/selftest/run.hpp>
#include <neuron/symtab/feature.hpp>

namespace neuron::symtab {

template <class System>
void run_selftests(selftest::Run& run, System&) {
    run.test("symtab.knows_a_function", [](selftest::Record& record) {
        // SAFETY: an address, for the look-up only.
        const auto address = reinterpret_cast<std::uintptr_t>(&look_up);
        const auto place = describe(address + 2);
        record.expect(place.has_value(), "there is a table");
        if (place) {
            record.value("name", place->name);
            record.value("offset", place->offset);
        }
    });
}

} // namespace neuron::symtab
