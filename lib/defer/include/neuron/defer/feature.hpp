// SPDX-License-Identifier: MIT
// What lib/defer adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/defer/defer.hpp>

namespace neuron::defer {

template <class Values>
struct Feature {
    static constexpr std::size_t capacity = Values::defer_capacity;

    struct PerCpu {
        percpu::PerCpu<Queue<capacity>, core::IrqOff> queue;
    };

    template <class System>
    static bool has_work(System& system, const core::IrqOff& masked) {
        return system.template own<defer::Feature>(masked).queue.with(
            masked, [](auto& queue) { return !queue.is_empty(); });
    }
    template <class System>
    static bool is_quiet(System& system, const core::IrqOff& masked) {
        return !has_work(system, masked);
    }
    template <class System>
    static bool run(System& system) {
        return run_deferred(system);
    }
};

} // namespace neuron::defer
