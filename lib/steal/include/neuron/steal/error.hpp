// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::steal {

/// Why a CPU did not ask. Nothing is changed by that.
enum class Error : std::uint32_t {
    InvalidCount, ///< none, or more than CONFIG_STEAL_MAX
    InvalidCpu,   ///< there is no such CPU, or it is the one that asks
    Offline,      ///< it is not online
    InFlight,     ///< another request was not answered yet
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::InvalidCount:
        return "InvalidCount";
    case Error::InvalidCpu:
        return "InvalidCpu";
    case Error::Offline:
        return "Offline";
    case Error::InFlight:
        return "InFlight";
    }
    return "?";
}
constexpr std::string_view format_value(Error error) {
    return to_string(error);
}

} // namespace neuron::steal
