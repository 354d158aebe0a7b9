// SPDX-License-Identifier: MIT
//
// A format string that was checked against its argument types by the compiler.
//
// Rules: there is no other way to make one (INV-FORMAT-2), so a run-time text
// is never taken for a format string. A wrong string is a compile error that
// names one of the functions below.
// Context: none, it exists at compile time; the result is two words.
#pragma once

#include <neuron/format/argument.hpp>
#include <neuron/format/spec.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>

namespace neuron::format {

namespace detail {

// Never defined. A constant expression may not call them, so the compiler
// stops at the call and prints the name.
void format_string_has_too_few_arguments();
void format_string_has_too_many_arguments();
void format_string_has_an_unclosed_brace();
void format_string_has_a_stray_closing_brace();
void format_string_has_an_unknown_spec();
void format_width_is_too_large();
void format_width_argument_is_not_an_integer();
void format_spec_does_not_fit_the_argument();
void format_argument_type_has_no_text_form();

consteval void check_field(const Spec& spec, const Kind* kinds, std::size_t count,
                           std::size_t& used) {
    if (count - used < (spec.width_from_argument ? 2U : 1U)) {
        format_string_has_too_few_arguments();
    }
    if (kinds[used] == Kind::None) {
        format_argument_type_has_no_text_form();
    }
    if (!fits(spec, kinds[used++])) {
        format_spec_does_not_fit_the_argument();
    }
    if (spec.width_from_argument && !is_number(kinds[used++])) {
        format_width_argument_is_not_an_integer();
    }
}

consteval void check(std::string_view rest, const Kind* kinds, std::size_t count) {
    std::size_t used = 0;
    while (!rest.empty()) {
        const Piece piece = next_piece(rest);
        switch (piece.kind) {
        case PieceKind::Text:
            break;
        case PieceKind::Field:
            check_field(piece.spec, kinds, count, used);
            break;
        case PieceKind::UnclosedBrace:
            format_string_has_an_unclosed_brace();
            break;
        case PieceKind::StrayBrace:
            format_string_has_a_stray_closing_brace();
            break;
        case PieceKind::UnknownSpec:
            format_string_has_an_unknown_spec();
            break;
        case PieceKind::WidthTooLarge:
            format_width_is_too_large();
            break;
        }
    }
    if (used < count) {
        format_string_has_too_many_arguments();
    }
}

} // namespace detail

template <class... Args>
class FormatString {
  public:
    // INV-FORMAT-2: consteval, so an unchecked string has no run-time path in.
    template <std::convertible_to<std::string_view> Text>
    consteval FormatString(const Text& text) : text_{text} {
        const Kind kinds[]{detail::kind_of<Args>()..., Kind::None};
        detail::check(text_, kinds, sizeof...(Args));
    }

    [[nodiscard]] constexpr std::string_view view() const { return text_; }

  private:
    std::string_view text_;
};

} // namespace neuron::format
