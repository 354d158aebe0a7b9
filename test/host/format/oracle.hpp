// SPDX-License-Identifier: MIT
//
// What the C library would print, put together so that it says what std::format
// says: snprintf knows neither the hex of a negative number nor "0x0".
#pragma once

#include <neuron/format/format.hpp>

#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace oracle {

// A sink that keeps everything and counts the calls.
struct Collected {
    std::string text;
    unsigned puts = 0;
    bool empty_put = false;

    void put(std::string_view more) {
        text += more;
        ++puts;
        empty_put = empty_put || more.empty();
    }
};

// The formatter on a format string made at run time; tests only.
template <class... A>
std::string run_time(const std::string& format, const A&... values) {
    Collected collected;
    const neuron::format::Argument arguments[]{neuron::format::detail::erase(values)...};
    neuron::format::detail::write(collected, format, arguments);
    return collected.text;
}

template <class... A>
std::string printed(const char* format, A... values) {
    char buffer[512];
    const int length = std::snprintf(buffer, sizeof buffer, format, values...);
    return std::string(buffer, static_cast<std::size_t>(length));
}

struct Shape {
    const char* align; // "", "<" or ">"
    bool prefixed;
    bool zero_padded;
    bool hex;

    std::string field(const std::string& width) const {
        return std::string{"{:"} + align + (prefixed ? "#" : "") + (zero_padded ? "0" : "") +
               width + (hex ? "x" : "") + "}";
    }
};

inline std::string padded(const std::string& text, bool left, int width) {
    return printed(left ? "%-*s" : "%*s", width, text.c_str());
}

template <class T>
std::string number(T value, const Shape& shape, int width) {
    bool negative = false;
    auto magnitude = static_cast<unsigned long long>(value);
    if constexpr (std::is_signed_v<T>) {
        negative = value < 0;
        magnitude = negative ? 0 - magnitude : magnitude;
    }
    const std::string head = std::string{negative ? "-" : ""} + (shape.prefixed ? "0x" : "");
    const std::string align = shape.align;
    int digits = shape.zero_padded && align.empty() ? width - static_cast<int>(head.size()) : 0;
    digits = digits < 0 ? 0 : digits;
    return padded(head + printed(shape.hex ? "%0*llx" : "%0*llu", digits, magnitude), align == "<",
                  width);
}

} // namespace oracle
