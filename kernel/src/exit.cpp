// SPDX-License-Identifier: MIT
#include <neuron/app.hpp>

#include "access.hpp"

namespace neuron {

void exit(std::uint8_t status) {
    (void)env::irq_save();
    kernel::check_stacks(kernel::this_block());
    if (!kernel::claim_the_end(system().this_cpu()))
        kernel::stop_this_cpu(kernel::this_block()); // a panic came first
    kernel::finish_image(status);
}

void kernel::finish_image(std::uint8_t status) {
    const plat::Machine* machine = Access::machine_cell().get();
    plat::finish(machine != nullptr ? machine->finisher : plat::board::finisher, status);
}

} // namespace neuron
