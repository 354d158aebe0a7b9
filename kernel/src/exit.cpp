// SPDX-License-Identifier: MIT
#include "access.hpp"

#include <neuron/app.hpp>

namespace neuron {

void exit(std::uint8_t status) {
    (void)env::irq_save();
    const plat::Machine* machine = kernel::Access::machine_cell(system()).get();
    plat::finish(machine != nullptr ? machine->finisher : plat::board::finisher, status);
}

} // namespace neuron
