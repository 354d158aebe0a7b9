// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <random>
#include <string>
#include <type_traits>

#include "oracle.hpp"

using neuron::format::FormatString;
using neuron::format::PieceKind;
using neuron::format::text;

namespace {

// Where the parser stops, or Text where it accepts the whole string.
PieceKind verdict(std::string_view rest) {
    while (!rest.empty()) {
        const PieceKind kind = neuron::format::next_piece(rest).kind;
        if (kind != PieceKind::Text && kind != PieceKind::Field) {
            return kind;
        }
    }
    return PieceKind::Text;
}

} // namespace

TEST_CASE("format: literals, escapes and nested braces") {
    CHECK(text<64>("").view().empty());
    CHECK(text<64>("plain").view() == "plain");
    CHECK(text<64>("{{}}").view() == "{}");
    CHECK(text<64>("{{{{}}}}").view() == "{{}}");
    CHECK(text<64>("{{{}}}", 1).view() == "{1}");
    CHECK(text<64>("}}{{{{{}}}{{", 1).view() == "}{{1}{");
    CHECK(text<64>("{{{:>{}}}}", 1, 3).view() == "{  1}");
    CHECK(text<64>("a{}b{}c", 1, "x").view() == "a1bxc");
}

TEST_CASE("format: dynamic widths take their arguments in order") {
    CHECK(text<64>("{:{}}{:{}}|", 1, 3, "a", 4u).view() == "  1a   |");
    CHECK(text<64>("{:#0{}x} {}", 255, 8, "end").view() == "0x0000ff end");
    CHECK(text<64>("{:<{}}|{:>{}}|", 1, 3L, 2, short{3}).view() == "1  |  2|");
}

TEST_CASE("format: an explicit alignment switches the 0 flag off") {
    CHECK(text<64>("{:>05}|{:<05}|{:05}|{:0}", 7, 7, -7, 7).view() == "    7|7    |-0007|7");
}

TEST_CASE("INV-FORMAT-1: the parser accepts the grammar and names what is wrong with the rest") {
    for (const char* good :
         {"{}", "{:}", "{:<}", "{:>}", "{:1}", "{:255}", "{:0}", "{:05}", "{:#x}", "{:x}",
          "{:<#010x}", "{:{}}", "{:0{}}", "{:>#0{}x}", "{{", "}}", "{:010}"}) {
        CAPTURE(good);
        CHECK(verdict(good) == PieceKind::Text);
    }
    for (const char* unclosed : {"{", "a{", "{:", "{:<", "{:5", "{:x", "{:{}", "{{{"}) {
        CAPTURE(unclosed);
        CHECK(verdict(unclosed) == PieceKind::UnclosedBrace);
    }
    for (const char* unknown :
         {"{0}", "{x}", "{ }", "{:d}", "{:X}", "{:^5}", "{:*<5}", "{:+}", "{:00}", "{:x5}",
          "{:5#x}", "{:<>5}", "{:.3}", "{:{0}}", "{:{", "{:{:}}", "{:-5}", "{: 5}", "{a"}) {
        CAPTURE(unknown);
        CHECK(verdict(unknown) == PieceKind::UnknownSpec);
    }
    for (const char* stray : {"}", "a}b", "{}}", "}}}", "{{}"}) {
        CAPTURE(stray);
        CHECK(verdict(stray) == PieceKind::StrayBrace);
    }
    CHECK(verdict("{:256}") == PieceKind::WidthTooLarge);
    CHECK(verdict("{:99999999999999999999}") == PieceKind::WidthTooLarge);
}

TEST_CASE("INV-FORMAT-2: a run-time text is never a format string") {
    static_assert(!std::is_default_constructible_v<FormatString<>>);
    static constexpr std::string_view named = "[{}]";
    CHECK(text<16>(named, 1).view() == "[1]");
    CHECK(text<16>("{}", std::string{"{} {:x} }"}).view() == "{} {:x} }");
}

TEST_CASE("INV-FORMAT-5: any string with any arguments stays inside what it was given") {
    constexpr std::string_view alphabet = "{}:<>#0129xa";
    std::mt19937_64 random{7};
    for (int round = 0; round < 50000; ++round) {
        // Exactly sized on the heap, so that a sanitizer sees the first byte too many.
        std::string format(random() % 24, ' ');
        for (char& c : format) {
            c = alphabet[random() % alphabet.size()];
        }
        const std::string exact(format.data(), format.size());
        const std::string result = oracle::run_time(exact, random(), "text", -3);
        REQUIRE(result.size() <= format.size() + 3 * (neuron::format::max_width + 20));
    }
    CHECK(oracle::run_time("a{}b{}c{}d{}e", 1, 2, 3) == "a1b2c3d");
    CHECK(oracle::run_time("a{}b{:{}}c", 1, 2) == "a1b");
    CHECK(oracle::run_time("a{:d}b", 1) == "a");
}
