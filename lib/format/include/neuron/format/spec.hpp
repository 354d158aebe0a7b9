// SPDX-License-Identifier: MIT
//
// The grammar of format strings, cut into pieces. Each accepted string means
// what std::format would make of it:
//
//   field  := '{' [ ':' [ '<' | '>' ] [ '#' ] [ '0' ] [ width ] [ 'x' ] ] '}'
//   width  := number 1..max_width | '{}'        escapes: '{{' and '}}'
//
// Rules: the compile-time check and the formatter both call `next_piece`, so
// they cannot disagree about a string (INV-FORMAT-1).
// Context: any; pure functions.
#pragma once

#include <neuron/format/argument.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neuron::format {

// Wide enough for any line of a console, small enough that a wrong width taken
// from an argument cannot flood it.
inline constexpr std::uint32_t max_width = 255;

enum class Align : std::uint8_t { ByKind, Left, Right };

struct Spec {
    std::uint32_t width = 0;
    Align align = Align::ByKind;
    bool width_from_argument = false;
    bool prefixed = false;
    bool zero_padded = false;
    bool hex = false;
};

enum class PieceKind : std::uint8_t {
    Text,
    Field,
    UnclosedBrace,
    StrayBrace,
    UnknownSpec,
    WidthTooLarge
};

// Literal text and, for a Field, the spec of the field that follows it.
struct Piece {
    std::string_view text;
    Spec spec;
    PieceKind kind = PieceKind::Text;
};

namespace detail {

// Out of line for size: nine calls in an image that counts bytes.
[[gnu::noinline]] constexpr bool take(std::string_view& rest, char wanted) {
    if (rest.empty() || rest.front() != wanted) {
        return false;
    }
    rest.remove_prefix(1);
    return true;
}

// Digits after a possible '0' flag; a width never starts with 0.
constexpr PieceKind take_width(std::string_view& rest, Spec& spec) {
    if (take(rest, '{')) {
        spec.width_from_argument = true;
        return take(rest, '}') ? PieceKind::Field : PieceKind::UnknownSpec;
    }
    while (!rest.empty() && rest.front() >= (spec.width == 0 ? '1' : '0') && rest.front() <= '9') {
        spec.width = spec.width * 10 + static_cast<std::uint32_t>(rest.front() - '0');
        rest.remove_prefix(1);
        if (spec.width > max_width) {
            return PieceKind::WidthTooLarge;
        }
    }
    return PieceKind::Field;
}

// `rest` starts behind the opening brace and ends behind the closing one.
constexpr PieceKind take_spec(std::string_view& rest, Spec& spec) {
    if (take(rest, ':')) {
        if (take(rest, '<')) {
            spec.align = Align::Left;
        } else if (take(rest, '>')) {
            spec.align = Align::Right;
        }
        spec.prefixed = take(rest, '#');
        spec.zero_padded = take(rest, '0');
        if (const PieceKind width = take_width(rest, spec); width != PieceKind::Field) {
            return width;
        }
        spec.hex = take(rest, 'x');
    }
    if (take(rest, '}')) {
        return PieceKind::Field;
    }
    return rest.empty() ? PieceKind::UnclosedBrace : PieceKind::UnknownSpec;
}

} // namespace detail

// Takes the next piece off the front of a `rest` that is not empty.
constexpr Piece next_piece(std::string_view& rest) {
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != '{' && rest[length] != '}') {
        ++length;
    }
    Piece piece{.text = {rest.data(), length}, .spec = {}, .kind = PieceKind::Text};
    rest.remove_prefix(length);
    if (rest.empty()) {
        return piece;
    }
    const char brace = rest.front();
    rest.remove_prefix(1);
    if (detail::take(rest, brace)) {
        piece.text = {piece.text.data(), length + 1}; // a doubled brace: the first one is text
    } else if (brace == '}') {
        piece.kind = PieceKind::StrayBrace;
    } else {
        piece.kind = detail::take_spec(rest, piece.spec);
    }
    return piece;
}

constexpr bool is_number(Kind kind) {
    return kind == Kind::Unsigned || kind == Kind::Signed;
}

// Base, prefix and zero padding are for numbers; '#' says nothing without 'x',
// so alone it is taken for a slip.
constexpr bool fits(const Spec& spec, Kind kind) {
    return is_number(kind) ? !spec.prefixed || spec.hex
                           : !spec.hex && !spec.prefixed && !spec.zero_padded;
}

} // namespace neuron::format
