// expect: is not a constant expression
// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

void reject(neuron::format::BoundedText<64>& out, const char* text) {
    neuron::format::write(out, "{}", text);
    neuron::format::write(out, text); // reject
}
