// SPDX-License-Identifier: MIT
#include <neuron/format/format.hpp>

#include <algorithm>
#include <bit>

namespace neuron::format::detail {

namespace {

using namespace std::string_view_literals;

// Padding goes out in chunks, not byte by byte: a put may be a firmware call.
constexpr std::size_t chunk = 16;
constexpr char spaces[chunk + 1] = "                ";
constexpr char zeros[chunk + 1] = "0000000000000000";

void put(Sink sink, std::string_view text) {
    if (!text.empty()) {
        sink.put(sink.object, text);
    }
}

// Kept out of line: it is called three times, and the image has to be small.
[[gnu::noinline]] void fill(Sink sink, const char* pattern, std::size_t count) {
    while (count != 0) {
        const std::size_t taken = std::min(count, chunk);
        put(sink, {pattern, taken});
        count -= taken;
    }
}

// A panic must get its line out whatever it was handed, so a null pointer is
// named instead of followed.
std::string_view c_string(const char* text) {
    if (text == nullptr) {
        return {"(null)", 6};
    }
    std::size_t length = 0;
    while (text[length] != '\0') {
        ++length;
    }
    return {text, length};
}

// The longest number is a sign and 20 digits, or a sign, "0x" and 16 digits.
struct Digits {
    char bytes[24];
    std::size_t first = sizeof bytes;

    void prepend(char digit) { bytes[--first] = digit; }
    [[nodiscard]] std::string_view view() const { return {bytes + first, sizeof bytes - first}; }
};

// Sign and base prefix come apart from the digits: zero padding goes between.
struct Rendered {
    char prefix[3];
    std::size_t prefix_length = 0;
    std::string_view body;

    void prefix_with(char symbol) { prefix[prefix_length++] = symbol; }
};

void render_number(const Argument& argument, const Spec& spec, Digits& digits, Rendered& rendered) {
    const bool pointer = argument.kind == Kind::Pointer;
    const bool negative =
        argument.kind == Kind::Signed && static_cast<std::int64_t>(argument.value) < 0;
    // Negating the unsigned value is defined for the lowest number too.
    std::uint64_t left = negative ? 0 - argument.value : argument.value;
    const std::uint64_t base = pointer || spec.hex ? 16 : 10;
    do {
        const auto digit = static_cast<char>(left % base);
        digits.prepend(static_cast<char>(digit < 10 ? '0' + digit : 'a' - 10 + digit));
        left /= base;
    } while (left != 0);
    rendered.body = digits.view();
    if (negative) {
        rendered.prefix_with('-');
    }
    if (pointer || spec.prefixed) {
        rendered.prefix_with('0');
        rendered.prefix_with('x');
    }
}

void render(const Argument& argument, const Spec& spec, Digits& digits, Rendered& rendered) {
    const auto* const address =
        std::bit_cast<const char*>(static_cast<std::uintptr_t>(argument.value));
    switch (argument.kind) {
    case Kind::None:
        break;
    case Kind::Unsigned:
    case Kind::Signed:
    case Kind::Pointer:
        render_number(argument, spec, digits, rendered);
        break;
    case Kind::Bool:
        rendered.body = argument.value != 0 ? "true"sv : "false"sv;
        break;
    case Kind::Char:
        digits.prepend(static_cast<char>(argument.value));
        rendered.body = digits.view();
        break;
    case Kind::Text:
        rendered.body = {address, argument.length};
        break;
    case Kind::CString:
        rendered.body = c_string(address);
        break;
    }
}

// Out of line for size: inlined, it and the parser fight for registers.
[[gnu::noinline]] void write_field(Sink sink, const Argument& argument, const Spec& spec) {
    Digits digits;
    Rendered rendered;
    render(argument, spec, digits, rendered);

    const std::size_t length = rendered.prefix_length + rendered.body.size();
    const std::size_t padding = spec.width > length ? spec.width - length : 0;
    const bool numeric = is_number(argument.kind) || argument.kind == Kind::Pointer;
    const bool right = spec.align == Align::ByKind ? numeric : spec.align == Align::Right;
    // As in std::format, an explicit alignment switches the 0 flag off.
    const bool zero_padded = spec.zero_padded && spec.align == Align::ByKind;

    fill(sink, spaces, right && !zero_padded ? padding : 0);
    put(sink, {rendered.prefix, rendered.prefix_length});
    fill(sink, zeros, zero_padded ? padding : 0);
    put(sink, rendered.body);
    fill(sink, spaces, right ? 0 : padding);
}

// INV-FORMAT-6: a width that an argument gives is clamped to 0..max_width.
std::uint32_t width_from(const Argument& argument) {
    const bool negative =
        argument.kind == Kind::Signed && static_cast<std::int64_t>(argument.value) < 0;
    return negative
               ? 0
               : static_cast<std::uint32_t>(std::min<std::uint64_t>(argument.value, max_width));
}

} // namespace

void write(Sink sink, std::string_view format, std::span<const Argument> arguments) {
    while (!format.empty()) {
        Piece piece = next_piece(format); // INV-FORMAT-1: the parser of the compile-time check
        put(sink, piece.text);
        if (piece.kind == PieceKind::Text) {
            continue;
        }
        // INV-FORMAT-5: FormatString rules this out; the test costs less than
        // the harm of reading beyond the arguments in a panic.
        const std::size_t needed = piece.spec.width_from_argument ? 2 : 1;
        if (piece.kind != PieceKind::Field || arguments.size() < needed) {
            return;
        }
        if (piece.spec.width_from_argument) {
            piece.spec.width = width_from(arguments[1]);
        }
        write_field(sink, arguments[0], piece.spec);
        arguments = arguments.subspan(needed);
    }
}

} // namespace neuron::format::detail
