// SPDX-License-Identifier: MIT
// Clocks. The monotonic one is the time CSR, which no one sets; it satisfies the standard's Clock
// requirements ([time.clock.req]). The wall clock adds what the board's own clock said at boot, so
// it does not follow that one if it is set later.
#pragma once

#include <neuron/percpu/identity.hpp>
#include <neuron/timer/parts.hpp>

#include <chrono>

namespace neuron::timer {

/// Time since the machine started, of the System that this code runs in. Every CPU and context.
template <class System>
struct MonotonicClock {
    using duration = core::Nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = core::Instant;
    static constexpr bool is_steady = true;

    [[nodiscard]] static time_point now() noexcept {
        const auto& system = *static_cast<const System*>(percpu::this_cpu().system);
        return time_point(system.template sealed<Feature>().rate->to_nanoseconds(system.now()));
    }
};

/// That time so long from now: InvalidInterval if it is negative, TooFar if there is no such time.
template <class System>
[[nodiscard]] core::Result<core::Instant, Error> after(System&, core::Nanoseconds delay) {
    const core::Instant now = MonotonicClock<System>::now();
    if (delay.count() < 0)
        return std::unexpected(Error::InvalidInterval);
    if (delay > core::Instant::max() - now)
        return std::unexpected(Error::TooFar);
    return now + delay;
}

using WallTime = std::chrono::sys_time<core::Nanoseconds>;

/// The date and time of day, UTC; nothing on a machine without a clock of its own.
template <class System>
[[nodiscard]] std::optional<WallTime> wall_now(System& system) {
    const auto& offset = system.template sealed<Feature>().wall_offset;
    if (!offset)
        return {};
    return WallTime(*offset + MonotonicClock<System>::now().time_since_epoch());
}

} // namespace neuron::timer
