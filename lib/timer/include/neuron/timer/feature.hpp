// SPDX-License-Identifier: MIT
// What lib/timer adds to a system: see kernel/README.md for the shape of a Feature.
#pragma once

#include <neuron/timer/cancel.hpp>
#include <neuron/timer/clock.hpp>
#include <neuron/timer/expire.hpp>

namespace neuron::timer {

template <class Values>
struct Feature {
    struct PerCpu {
        percpu::PerCpu<OwnTimers<Values::timer_per_cpu, Values::timer_coalescing>, core::IrqOff>
            timers;
    };
    using Remote = timer::Remote<Values>;
    using Shared = Accounts<Values::timer_owners>;
    using Sealed = Limits;

    template <class System>
    static bool prepare(System& system, Sealed& limits) {
        const core::TickRate rate = system.tick_rate();
        limits.rate = rate;
        limits.windows = {ticks(rate, Values::timer_window_idle),
                          ticks(rate, Values::timer_window_normal),
                          ticks(rate, Values::timer_window_interactive),
                          ticks(rate, Values::timer_window_perf_burst)};
        limits.longest_time = std::chrono::hours(Values::timer_longest_hours);
        limits.longest = rate.to_ticks(limits.longest_time);
        limits.shortest_period = std::chrono::microseconds(Values::timer_shortest_microseconds);
        if (const auto wall = system.read_wall_clock())
            limits.wall_offset = *wall - rate.to_nanoseconds(system.now());
        return true;
    }
    template <class System>
    static void on_timer_interrupt(System& system, core::IrqContext& irq) {
        expire(system, irq);
    }
    /// None is armed, nor does the hardware wait for one, so that it may be opened anew.
    template <class System>
    static bool is_quiet(System& system, const core::IrqOff& masked) {
        return system.template own<timer::Feature>(masked).timers.with(masked, [&](auto& own) {
            detail::take_cancelled(system, masked, own);
            detail::set_hardware(system, masked, own);
            return own.deadlines.size() == 0;
        });
    }
    template <class System>
    static void on_software_interrupt(System& system, core::IrqContext& irq) {
        on_doorbell(system, irq);
    }

  private:
    static std::uint64_t ticks(core::TickRate rate, std::uint64_t microseconds) {
        return rate.to_ticks_before(std::chrono::microseconds(microseconds));
    }
};

/// Opens an owner of timers, with the windows of its class: Idle or Normal.
template <class System>
[[nodiscard]] core::Result<Owner, Error> open_owner(System& system,
                                                    core::QosClass qos = core::QosClass::Normal) {
    if (qos > core::QosClass::Normal)
        return std::unexpected(Error::NoAuthority);
    return system.template shared<Feature>().open(qos);
}
/// Of any class.
template <class System>
[[nodiscard]] core::Result<Owner, Error> open_owner(System& system, const Authority& authority,
                                                    core::QosClass qos) {
    if (!authority.is_held() || !core::is_class(qos))
        return std::unexpected(Error::NoAuthority);
    return system.template shared<Feature>().open(qos);
}
/// Closes it; OwnerBusy while a timer of its is armed or runs, and it is as it was.
template <class System>
[[nodiscard]] core::Result<void, Error> close_owner(System& system, Owner& owner) {
    if (!system.template shared<Feature>().close(owner))
        return std::unexpected(Error::OwnerBusy);
    return {};
}
/// The authority over timers, for whoever asks first; nothing for all others.
template <class System>
[[nodiscard]] std::optional<Authority> take_authority(System& system) {
    return system.template shared<Feature>().take_authority();
}
/// What a CPU below cpu_count() has counted.
template <class System>
[[nodiscard]] const Counters& counters(System& system, core::CpuId cpu) {
    return system.template remote<Feature>(cpu).counters;
}

} // namespace neuron::timer
