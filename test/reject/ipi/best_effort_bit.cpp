// expect: only a user kind can be best effort
// SPDX-License-Identifier: MIT
#include "system.hpp"

struct Hint {
    using Carrier = ipi::Bit;
    static constexpr bool best_effort = true;
};

void reject() {
    (void)sizeof(ipi::KindList<Nudge, Hint>); // reject
}
