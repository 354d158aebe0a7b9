// SPDX-License-Identifier: MIT
// The callback of the benchmarks counts, and does nothing else.
#pragma once

#include <neuron/timer/feature.hpp>

namespace neuron::timer::benches {

template <class Values>
struct Feature {
    struct Remote {
        percpu::RemoteReadable<std::uint64_t> fired;
    };
};

/// Not inlined: a trace finds it by its name.
template <class System>
[[gnu::noinline]] void count(System& system, core::IrqContext& irq) {
    system.template remote<Feature>(system.this_cpu()).fired.add(irq, 1);
}

} // namespace neuron::timer::benches
