// expect: format_string_has_an_unclosed_brace
// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

void reject(neuron::format::BoundedText<64>& out, int* pointer) {
    neuron::format::write(out, "accepted {}\n", static_cast<const void*>(pointer));
    neuron::format::write(out, "{:5", 1); // reject
}
