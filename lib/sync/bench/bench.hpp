// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/sync/once_cell.hpp>
#include <neuron/sync/spin_lock.hpp>

namespace neuron::sync {

template <class System>
void run_benches(bench::Run<System>& run, System&) {
    SpinLock<std::uint64_t, Rank::Scheduler> lock;
    SpinLock<std::uint64_t, Rank::WaitQueue> above;
    OnceCell<std::uint64_t> cell;
    (void)cell.get_or_make([] { return std::expected<std::uint64_t, int>(1U); });
    std::uint64_t sum = 0;

    run.measure("sync.lock_pair", [&] { lock.with(NoLocks(), [](std::uint64_t&) {}); });
    run.measure("sync.two_locks_nested", [&] {
        lock.with(NoLocks(), [&](std::uint64_t&, auto& held) { above.with(held, [](auto&) {}); });
    });
    run.measure("sync.once_cell_get", [&] { sum += *cell.get(); });
}

} // namespace neuron::sync
