// expect: format_spec_does_not_fit_the_argument
// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

void reject(neuron::format::BoundedText<64>& out, int* pointer) {
    neuron::format::write(out, "accepted {}\n", static_cast<const void*>(pointer));
    neuron::format::write(out, "{:05}", "text"); // reject
}
