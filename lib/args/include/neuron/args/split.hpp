// SPDX-License-Identifier: MIT
//
// Cuts a command line into words, into memory of the caller's.
//
//   line  := words separated by spaces and tabs
//   word  := any mix of plain text and "quoted text"; "" is an empty word
//   \c    := the character c itself, inside quotes and outside
//
// Rules: the line ends at its first NUL byte, as device tree strings do, so no
// word contains one. The first word that reads `--`, quoted or not, divides
// parameters from arguments; a later one is an argument.
// Context: any; no state. It runs once at boot, on one CPU.
#pragma once

#include <neuron/args/error.hpp>

#include <cstddef>
#include <expected>
#include <span>
#include <string_view>

namespace neuron::args {

// Words [0, parameters) are parameters, [first_argument, words) arguments; the
// `--` between them, if there is one, belongs to neither.
struct Layout {
    std::size_t words = 0;
    std::size_t parameters = 0;
    std::size_t first_argument = 0;
};

// Each word, `--` too, takes one entry of `words` and its length and one NUL
// byte of `bytes`. After an error the contents of both are unspecified.
[[nodiscard]] std::expected<Layout, Error> split(std::string_view line, std::span<char> bytes,
                                                 std::span<std::string_view> words);

} // namespace neuron::args
