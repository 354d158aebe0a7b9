// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/core/atomic.hpp>
#include <neuron/core/witness.hpp>

namespace neuron::core {

template <class System>
void run_benches(bench::Run<System>& run, System&) {
    Atomic<std::uint64_t> word;

    run.measure("core.fetch_add_relaxed", [&] { word.fetch_add(1, relaxed); });
    run.measure("core.compare_exchange_acq_rel", [&] {
        std::uint64_t seen = 0;
        (void)word.compare_exchange(seen, 0, acq_rel, acquire); // costs the same if it fails
        word.store(0, relaxed);
    });
    run.measure("core.irq_off_pair", [] { const IrqOff masked; });
    run.measure("core.pinned_pair", [] { const Pinned pinned; });
}

} // namespace neuron::core
