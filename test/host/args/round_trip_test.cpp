// SPDX-License-Identifier: MIT
#include <neuron/args/parsed.hpp>

#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using neuron::args::CArguments;
using neuron::args::Parsed;

namespace {

// One of the many ways to write a word so that it is read back unchanged.
std::string quote(const std::string& word, std::mt19937_64& random) {
    std::string text;
    bool quoted = word.empty() || random() % 2 == 0;
    if (quoted) {
        text += '"';
    }
    for (const char c : word) {
        if (random() % 8 == 0) {
            quoted = !quoted;
            text += '"';
        }
        const bool special = c == '"' || c == '\\' || (!quoted && (c == ' ' || c == '\t'));
        if (special || random() % 8 == 0) {
            text += '\\';
        }
        text += c;
    }
    return quoted ? text + '"' : text;
}

std::string random_word(std::mt19937_64& random) {
    constexpr std::string_view alphabet = "ab=-\\\" \t'";
    std::string word(random() % 8, ' ');
    for (char& c : word) {
        c = alphabet[random() % alphabet.size()];
    }
    return word;
}

} // namespace

TEST_CASE("args: quoted words come back as they were") {
    std::mt19937_64 random{11};
    Parsed<16, 256> parsed;
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::string> words(random() % 12);
        std::string line = random() % 2 == 0 ? "--" : "key \"--\"";
        for (std::string& word : words) {
            word = random_word(random);
            line +=
                std::string(1 + random() % 3, random() % 2 == 0 ? ' ' : '\t') + quote(word, random);
        }
        CAPTURE(line);
        REQUIRE(parsed.parse(line).has_value());
        const auto arguments = parsed.arguments();
        REQUIRE(std::vector<std::string>(arguments.begin(), arguments.end()) == words);

        char program[] = "program";
        const CArguments c = parsed.c_arguments(program);
        REQUIRE(static_cast<std::size_t>(c.count) == words.size() + 1);
        REQUIRE(c.values[0] == program);
        for (std::size_t i = 0; i < words.size(); ++i) {
            REQUIRE(c.values[i + 1] == words[i]);
        }
        REQUIRE(c.values[c.count] == nullptr);
    }
}

TEST_CASE("args: any bytes are split or refused, within the bounds") {
    constexpr std::string_view alphabet("a \t\"\\-=\0", 8);
    std::mt19937_64 random{13};
    for (int round = 0; round < 50000; ++round) {
        // On the heap, so that a sanitizer sees a byte too many.
        const std::size_t length = random() % 16;
        const auto line = std::make_unique<char[]>(length);
        for (std::size_t i = 0; i < length; ++i) {
            line[i] = alphabet[random() % alphabet.size()];
        }
        const auto parsed = std::make_unique<Parsed<4, 10>>();
        const bool accepted = parsed->parse({line.get(), length}).has_value();
        REQUIRE(parsed->parameters().size() + parsed->arguments().size() <= (accepted ? 4u : 0u));
    }
}

TEST_CASE("INV-ARGS-1: each word ends with a NUL and contains none") {
    using namespace std::string_view_literals;
    Parsed<4, 32> parsed;
    REQUIRE(parsed.parse("a=1 -- b \"c d\"").has_value());
    for (const std::string_view word : parsed.arguments()) {
        CHECK(std::strlen(word.data()) == word.size());
    }
    CHECK(parsed.parameter("a")->data()[1] == '\0');

    // A device tree property carries its NUL; what follows is not the line's.
    REQUIRE(parsed.parse("a=1 b\0 c"sv).has_value());
    CHECK(parsed.parameters().size() == 2);
    REQUIRE_FALSE(parsed.parse("a\\\0b"sv).has_value());
    REQUIRE_FALSE(parsed.parse("\"a\0\""sv).has_value());
}

TEST_CASE("args: the C view fits when every word is an argument, and may be written to") {
    Parsed<3, 32> parsed;
    REQUIRE(parsed.parse("-- a bc").has_value());
    char program[] = "hello";
    const CArguments c = parsed.c_arguments(program);
    REQUIRE(c.count == 3);
    c.values[2][0] = 'B';
    CHECK(parsed.arguments()[1] == "Bc");

    REQUIRE(parsed.parse("no arguments here").has_value());
    const CArguments none = parsed.c_arguments(program);
    CHECK(none.count == 1);
    CHECK(none.values[1] == nullptr);
}
