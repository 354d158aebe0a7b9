// SPDX-License-Identifier: MIT
//
// Why a command line was refused. The list is closed.
// Context: any; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace neuron::args {

enum class [[nodiscard]] Error : std::uint8_t {
    UnclosedQuote,
    TrailingBackslash,
    TooManyWords,
    TooLong
};

[[nodiscard]] std::string_view to_string(Error error);

} // namespace neuron::args
