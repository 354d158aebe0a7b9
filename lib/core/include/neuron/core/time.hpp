// SPDX-License-Identifier: MIT
// Time as std::chrono has it, and ticks of the time CSR (RISC-V Privileged Architecture, section
// 3.2.1: a counter of constant frequency, which the device tree names) as nanoseconds.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/send.hpp>

#include <chrono>
#include <cstdint>
#include <limits>

namespace neuron::core {

using Nanoseconds = std::chrono::duration<std::int64_t, std::nano>;

/// Time since the machine started; steady. What the clock says now is for a timer library to tell.
struct Uptime {
    using duration = Nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Uptime>;
    static constexpr bool is_steady = true;
};
using Instant = Uptime::time_point;

/// Ticks in a second, 1 to 10^10. Whatever does not fit saturates.
class TickRate {
  public:
    explicit constexpr TickRate(std::uint64_t hz) : hz_(hz) {
        check(hz >= 1 && hz <= 10'000'000'000, "TickRate: 1 to 10^10 ticks a second");
    }

    /// Rounded down: never later than it is.
    [[nodiscard]] constexpr Nanoseconds to_nanoseconds(std::uint64_t ticks) const {
        constexpr auto most = static_cast<std::uint64_t>(Nanoseconds::max().count());
        const std::uint64_t seconds = ticks / hz_;
        const std::uint64_t rest = ticks % hz_ * second / hz_; // of a second: 10^19 at most, fits
        if (seconds > most / second || seconds * second + rest > most)
            return Nanoseconds::max();
        return Nanoseconds(static_cast<std::int64_t>(seconds * second + rest));
    }

    /// Rounded up, so that a deadline is never early; what lies before 0 is 0.
    [[nodiscard]] constexpr std::uint64_t to_ticks(Nanoseconds time) const {
        return ticks(time, second - 1);
    }
    /// Rounded down, so that what must end by then does; what lies before 0 is 0.
    [[nodiscard]] constexpr std::uint64_t to_ticks_before(Nanoseconds time) const {
        return ticks(time, 0);
    }

  private:
    static constexpr std::uint64_t second = 1'000'000'000;

    [[nodiscard]] constexpr std::uint64_t ticks(Nanoseconds time, std::uint64_t round) const {
        if (time.count() <= 0)
            return 0;
        const auto count = static_cast<std::uint64_t>(time.count());
        const std::uint64_t seconds = count / second;
        constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        if (seconds >= most / hz_)
            return most;
        return seconds * hz_ + (count % second * hz_ + round) / second; // below 10^19 + 10^9
    }

    std::uint64_t hz_;

  public:
    using neuron_members = Members<TickRate, &TickRate::hz_>;
};

namespace detail {

template <class Rep, class Period>
struct StdParts<std::chrono::duration<Rep, Period>> : std::type_identity<TypeList<const Rep>> {};
template <class Clock, class Duration>
struct StdParts<std::chrono::time_point<Clock, Duration>>
    : std::type_identity<TypeList<const Duration>> {};

} // namespace detail
} // namespace neuron::core
