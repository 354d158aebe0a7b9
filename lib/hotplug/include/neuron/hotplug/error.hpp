// SPDX-License-Identifier: MIT
// Why a CPU was not taken down, or up. It takes tasks as before, or none as before.
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::hotplug {

enum class Error : std::uint32_t {
    InvalidCpu, ///< there is no such CPU; or CPU 0, where main is, is to go
    NotOnline,  ///< it is not there to be taken down
    NotOffline, ///< it is there, or failed at boot, or was stopped for good
    Busy,       ///< another one is being taken down or up
    NoRoom,     ///< a task may run nowhere else, or no CPU takes one more of its class
    TimedOut,   ///< it was not done by then: what has moved stays where it is
    Firmware,   ///< it refused to start the hart
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::InvalidCpu:
        return "InvalidCpu";
    case Error::NotOnline:
        return "NotOnline";
    case Error::NotOffline:
        return "NotOffline";
    case Error::Busy:
        return "Busy";
    case Error::NoRoom:
        return "NoRoom";
    case Error::TimedOut:
        return "TimedOut";
    case Error::Firmware:
        return "Firmware";
    }
    return "?";
}
constexpr std::string_view format_value(Error error) {
    return to_string(error);
}

} // namespace neuron::hotplug
