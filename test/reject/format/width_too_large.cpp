// expect: format_width_is_too_large
// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

void reject(neuron::format::BoundedText<64>& out, int* pointer) {
    neuron::format::write(out, "accepted {}\n", static_cast<const void*>(pointer));
    neuron::format::write(out, "{:256}", 1); // reject
}
