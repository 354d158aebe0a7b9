// expect: OnceCell<T>: every CPU reads the T, so it must be Sync
// SPDX-License-Identifier: MIT
#include <neuron/sync/once_cell.hpp>
using namespace neuron;
sync::OnceCell<int> cell;

int reject() {
    const auto made = cell.get_or_make([] { return std::expected<int, int>(3); });
    int accepted = **made;

    sync::OnceCell<int*> other; // reject
    return accepted;
}
