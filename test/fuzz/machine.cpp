// SPDX-License-Identifier: MIT
// Any bytes as the device tree of a machine: an error in one sentence, or a Machine that is sound.
#include <neuron/fdt/tree.hpp>

#include <cstdio>
#include <cstdlib>

#include "../host/qemu-virt/sound.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace neuron;
    constexpr fdt::Region image{0x8020'0000, 0x10'0000};
    const auto tree = fdt::Tree::open(std::as_bytes(std::span(data, size)));
    if (!tree)
        return 0;
    for (const std::uint64_t boot_hart : {0, 3}) {
        const auto machine = plat::read_machine(*tree, core::HartId{boot_hart}, image);
        if (const auto wrong = board_test::wrong_with(machine, boot_hart, image); !wrong.empty()) {
            std::fprintf(stderr, "machine: %s\n", wrong.c_str());
            std::abort();
        }
    }
    return 0;
}
