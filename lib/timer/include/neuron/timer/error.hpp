// SPDX-License-Identifier: MIT
// What a call of this library can be refused for. Nothing has changed then.
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::timer {

enum class Error : std::uint32_t {
    TimerLimit, ///< as many are armed as one owner, or one CPU, may have (CONFIG_TIMER_PER_OWNER,
                ///< CONFIG_TIMER_PER_CPU); an owner that is closed or was moved away has none
    TooFar,     ///< further away than CONFIG_TIMER_LONGEST_HOURS, or than there is time
    InvalidInterval, ///< negative, or a period below CONFIG_TIMER_SHORTEST_MICROSECONDS
    NoAuthority,     ///< a window shorter than the owner's class has, or a class above Normal
    NoSuchTimer,     ///< there is none of that name: it never was, or its place has another now
    NotOwner,        ///< another owner armed it
    NotArmed,        ///< it has run or was cancelled: arm a new one
    OtherCpu,        ///< it is armed on another CPU, which alone moves it
    OwnerLimit,      ///< as many owners are open as CONFIG_TIMER_OWNERS allows
    OwnerBusy,       ///< it has timers that have not run yet, or is no owner any more
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::TimerLimit:
        return "TimerLimit";
    case Error::TooFar:
        return "TooFar";
    case Error::InvalidInterval:
        return "InvalidInterval";
    case Error::NoAuthority:
        return "NoAuthority";
    case Error::NoSuchTimer:
        return "NoSuchTimer";
    case Error::NotOwner:
        return "NotOwner";
    case Error::NotArmed:
        return "NotArmed";
    case Error::OtherCpu:
        return "OtherCpu";
    case Error::OwnerLimit:
        return "OwnerLimit";
    case Error::OwnerBusy:
        return "OwnerBusy";
    }
    return "?";
}
constexpr std::string_view format_value(Error error) {
    return to_string(error);
}

} // namespace neuron::timer
