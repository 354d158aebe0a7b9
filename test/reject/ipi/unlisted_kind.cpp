// expect: no chosen feature lists it in its IpiKinds
// SPDX-License-Identifier: MIT
#include "system.hpp"

struct Unknown {
    using Carrier = ipi::Ring<int>;
    static void on_message(auto&, core::IrqContext&, core::CpuId, int) {}
};

void reject() {
    (void)ipi::try_post<Unknown>(machine, cpu, IpiMessage<Unknown>(3)); // reject
}
