// expect: format_width_argument_is_not_an_integer
// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

void reject(neuron::format::BoundedText<64>& out, int* pointer) {
    neuron::format::write(out, "accepted {}\n", static_cast<const void*>(pointer));
    neuron::format::write(out, "{:{}}", 1, "5"); // reject
}
