// SPDX-License-Identifier: MIT
// Any bytes as a device tree: refused, or every accessor gives what it promises.
#include <cstdio>
#include <cstdlib>

#include "../host/fdt/walk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto tree = neuron::fdt::Tree::open(bytes);
    if (!tree)
        return 0;
    if (const std::string wrong = fdt_test::try_everything(*tree); !wrong.empty()) {
        std::fprintf(stderr, "tree: %s\n", wrong.c_str());
        std::abort();
    }
    return 0;
}
