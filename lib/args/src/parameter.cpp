// SPDX-License-Identifier: MIT
#include <neuron/args/parameter.hpp>

namespace neuron::args {

// Not inlined into find_parameter: boot does not count cycles, it counts bytes.
[[gnu::noinline]] Parameter to_parameter(std::string_view word) {
    std::size_t length = 0;
    while (length < word.size() && word[length] != '=') {
        ++length;
    }
    const std::string_view key{word.data(), length};
    word.remove_prefix(length < word.size() ? length + 1 : length);
    return {.key = key, .value = word};
}

// INV-ARGS-4: from the back, so that what a boot script appends overrides what
// the board's device tree says.
std::optional<std::string_view> find_parameter(std::span<const std::string_view> words,
                                               std::string_view key) {
    for (std::size_t left = words.size(); left != 0; --left) {
        const Parameter parameter = to_parameter(words[left - 1]);
        if (parameter.key == key) {
            return parameter.value;
        }
    }
    return std::nullopt;
}

namespace {

// A value of 16 or more is no digit in any base here.
constexpr std::uint64_t no_digit = 16;

std::uint64_t digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint64_t>(c - '0');
    }
    const auto letter = static_cast<char>(c | 0x20);
    return letter >= 'a' && letter <= 'f' ? static_cast<std::uint64_t>(letter - 'a' + 10)
                                          : no_digit;
}

} // namespace

// INV-ARGS-5: a number is the whole text or it is no number.
std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
    const std::uint64_t base = text.starts_with("0x") ? 16 : 10;
    text.remove_prefix(base == 16 ? 2 : 0);
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        const std::uint64_t digit = digit_value(c);
        if (digit >= base || value > (UINT64_MAX - digit) / base) {
            return std::nullopt;
        }
        value = value * base + digit;
    }
    return value;
}

} // namespace neuron::args
