// SPDX-License-Identifier: MIT
// What lib/idle adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/core/time.hpp>
#include <neuron/idle/wake_lock.hpp>

namespace neuron::idle {

template <class Values>
struct Feature {
    struct PerCpu {
        percpu::PerCpu<Own, core::IrqOff> own;
    };
    using Remote = idle::Remote;
    using Shared = idle::Shared;
    using Sealed = Limits;

    template <class System>
    static bool prepare(System& system, Sealed& limits) {
        const core::TickRate rate = system.tick_rate();
        limits = {
            .wait = rate.to_ticks_before(std::chrono::microseconds(Values::idle_wait_microseconds)),
            .suspend =
                rate.to_ticks_before(std::chrono::microseconds(Values::idle_suspend_microseconds))};
        return true;
    }
    template <class System>
    static void start(System& system) {
        if (!system.can_suspend())
            system.template shared<Feature>().cannot_suspend.store(1, core::relaxed);
    }
    template <class System>
    static void on_idle(System& system, const core::IrqOff& masked) {
        detail::fall_asleep(system, masked);
    }
    template <class System>
    static void sleep(System& system, const core::IrqOff& masked) {
        detail::sleep(system, masked);
    }
    template <class System>
    static void on_wake(System& system, const core::IrqOff& masked) {
        detail::wake(system, masked);
    }
};

} // namespace neuron::idle
