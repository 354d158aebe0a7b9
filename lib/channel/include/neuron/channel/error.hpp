// SPDX-License-Identifier: MIT
// Why a value was not sent, or none received. Nothing has changed then: the value is the caller's.
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::channel {

enum class Error : std::uint32_t {
    QueueFull,  ///< as many values as the channel has room for wait to be received
    QueueEmpty, ///< none waits
    TimedOut,   ///< it has not come to pass by then
    PeerClosed, ///< the last one at the other end has gone; of a receiver: and all is received
    Busy,       ///< the channel is open
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::QueueFull:
        return "QueueFull";
    case Error::QueueEmpty:
        return "QueueEmpty";
    case Error::TimedOut:
        return "TimedOut";
    case Error::PeerClosed:
        return "PeerClosed";
    case Error::Busy:
        return "Busy";
    }
    return "?";
}
constexpr std::string_view format_value(Error error) {
    return to_string(error);
}

} // namespace neuron::channel
