// SPDX-License-Identifier: MIT
// The smallest app: one line, and the arguments that ARGS= handed in.
#include <neuron/app.hpp>

int main(int argc, char** argv) {
    neuron::println("Hello from CPU {} of {}", neuron::system().this_cpu(),
                    neuron::system().cpu_count());
    for (int i = 1; i < argc; ++i)
        neuron::println("argument {}: {}", i, argv[i]);
    return 0;
}
