// expect: assignment of read-only location
// SPDX-License-Identifier: MIT
#include <neuron/sync/once_cell.hpp>
using namespace neuron;
sync::OnceCell<int> cell;

int reject() {
    const auto made = cell.get_or_make([] { return std::expected<int, int>(3); });
    int accepted = **made;

    **made = 4; // reject
    return accepted;
}
