// SPDX-License-Identifier: MIT
//
// The typed formatter: `write(console, "CPU {}: {:#x}\n", cpu, address)`.
//
// Rules: strings are checked at compile time and mean what they mean to
// std::format (spec.hpp has the grammar). The templates here only erase types;
// all work is done by one function, once per image (INV-FORMAT-3).
// Context: any in which the sink may be used, interrupt and panic included; no
// lock, no allocation, no state, less than 512 bytes of stack besides the sink's.
#pragma once

#include <neuron/format/argument.hpp>
#include <neuron/format/bounded_text.hpp>
#include <neuron/format/format_string.hpp>
#include <neuron/format/sink.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace neuron::format {

namespace detail {

// For any string and any arguments this reads no byte it was not given
// (INV-FORMAT-5); where they do not fit together the output stops.
void write(Sink sink, std::string_view format, std::span<const Argument> arguments);

} // namespace detail

// For a caller that hands format and arguments through a function of its own that is no template:
// a checked string with exactly its arguments, each erased.
template <class... A>
[[nodiscard]] constexpr std::array<Argument, sizeof...(A)> erase_all(const A&... values) {
    return {detail::erase(values)...};
}
inline void write_erased(Sink sink, std::string_view format, std::span<const Argument> arguments) {
    detail::write(sink, format, arguments);
}

template <class... A>
void write(Sink sink, FormatString<std::type_identity_t<A>...> format, const A&... values) {
    // INV-FORMAT-3: an array of plain structs is all that a call site adds.
    detail::write(sink, format.view(), erase_all(values...));
}

template <std::size_t N, class... A>
[[nodiscard]] BoundedText<N> text(FormatString<std::type_identity_t<A>...> format,
                                  const A&... values) {
    BoundedText<N> result;
    write(result, format, values...);
    return result;
}

} // namespace neuron::format
