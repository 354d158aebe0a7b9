// SPDX-License-Identifier: MIT
//
// One argument of a format string with its type erased, so that the formatter
// itself is no template and exists once in an image.
//
// Rules: an Argument refers to text, it does not copy it; it lives only inside
// the call that made it. A type of one's own takes part by a function
// `constexpr auto format_value(const T&)` in its namespace, which returns a
// basic type: an integer, bool, char, std::string_view, const char*, const void*.
// Context: any; pure functions.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace neuron::format {

enum class Kind : std::uint8_t { None, Unsigned, Signed, Bool, Char, Text, CString, Pointer };

// `value` is the number, the character or the address. A signed number is kept
// sign-extended. `length` counts only for Text.
struct Argument {
    std::uint64_t value = 0;
    std::uint32_t length = 0;
    Kind kind = Kind::None;
};

namespace detail {

template <class T, class... Choices>
concept OneOf = (std::same_as<T, Choices> || ...);

// Byte-sized integers are numbers, as in std::format; wide characters have no
// place in a byte stream.
template <class T>
concept Integer = std::integral<T> && sizeof(T) <= sizeof(std::uint64_t) &&
                  !OneOf<T, bool, char, wchar_t, char8_t, char16_t, char32_t>;

template <class T>
concept HasFormatValue = requires(const T& value) { format_value(value); };

template <class T>
constexpr Kind basic_kind_of() {
    using Decayed = std::decay_t<T>;
    if constexpr (std::same_as<T, bool>) {
        return Kind::Bool;
    } else if constexpr (std::same_as<T, char>) {
        return Kind::Char;
    } else if constexpr (Integer<T>) {
        return std::is_signed_v<T> ? Kind::Signed : Kind::Unsigned;
    } else if constexpr (OneOf<Decayed, const char*, char*>) {
        return Kind::CString;
    } else if constexpr (OneOf<Decayed, const void*, void*, decltype(nullptr)>) {
        return Kind::Pointer;
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return Kind::Text;
    } else {
        return Kind::None;
    }
}

template <class T>
constexpr Kind kind_of() {
    if constexpr (HasFormatValue<T>) {
        using Result = decltype(format_value(std::declval<const T&>()));
        // An owning string returned by value would be gone before it is read.
        constexpr Kind kind = basic_kind_of<std::remove_cvref_t<Result>>();
        constexpr bool dangles = kind == Kind::Text && !std::is_reference_v<Result> &&
                                 !std::same_as<std::remove_cv_t<Result>, std::string_view>;
        return dangles ? Kind::None : kind;
    } else {
        return basic_kind_of<T>();
    }
}

// A type without text form gives an empty argument: FormatString has already
// refused it, and one error message is easier to read than two.
template <class T>
constexpr Argument erase(const T& value) {
    constexpr Kind kind = kind_of<T>();
    if constexpr (kind == Kind::None) {
        return {};
    } else if constexpr (HasFormatValue<T>) {
        return erase<std::remove_cvref_t<decltype(format_value(value))>>(format_value(value));
    } else if constexpr (kind == Kind::Signed) {
        return {.value = static_cast<std::uint64_t>(static_cast<std::int64_t>(value)),
                .kind = kind};
    } else if constexpr (kind == Kind::Char) {
        return {.value = static_cast<unsigned char>(value), .kind = kind};
    } else if constexpr (kind == Kind::CString) {
        return {.value = std::bit_cast<std::uintptr_t>(static_cast<const char*>(value)),
                .kind = kind};
    } else if constexpr (kind == Kind::Pointer) {
        return {.value = std::bit_cast<std::uintptr_t>(static_cast<const void*>(value)),
                .kind = kind};
    } else if constexpr (kind == Kind::Text) {
        const std::string_view text = value;
        return {.value = std::bit_cast<std::uintptr_t>(text.data()),
                .length = static_cast<std::uint32_t>(text.size()),
                .kind = kind};
    } else {
        return {.value = value, .kind = kind};
    }
}

} // namespace detail

template <class T>
concept Formattable = detail::kind_of<std::remove_cvref_t<T>>() != Kind::None;

} // namespace neuron::format
