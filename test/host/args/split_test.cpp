// SPDX-License-Identifier: MIT
#include <neuron/args/parsed.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using neuron::args::Error;
using neuron::args::Parsed;
using Words = std::vector<std::string>;

namespace {

using Small = Parsed<8, 64>;

// The words behind a `--`, so that each one is visible as it is.
Words words(std::string_view line) {
    Small parsed;
    REQUIRE(parsed.parse("-- " + std::string{line}).has_value());
    const auto arguments = parsed.arguments();
    return {arguments.begin(), arguments.end()};
}

template <std::size_t MaxWords = 8, std::size_t MaxBytes = 64>
Error refusal(std::string_view line) {
    Parsed<MaxWords, MaxBytes> parsed;
    const auto result = parsed.parse(line);
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

} // namespace

TEST_CASE("args: blanks separate, however many") {
    CHECK(words("").empty());
    CHECK(words(" \t ").empty());
    CHECK(words("a b\tc") == Words{"a", "b", "c"});
    CHECK(words("  a \t b  ") == Words{"a", "b"});
}

TEST_CASE("args: quotes group, a backslash takes the next character as it is") {
    CHECK(words(R"("a b" c)") == Words{"a b", "c"});
    CHECK(words(R"(a"b c"d"e")") == Words{"ab cde"});
    CHECK(words(R"("" a "")") == Words{"", "a", ""});
    CHECK(words(R"(a\ b \"c\" \\)") == Words{"a b", "\"c\"", "\\"});
    CHECK(words(R"("a \" b" "\\" "\n")") == Words{"a \" b", "\\", "n"});
    CHECK(words("\"a\tb\"") == Words{"a\tb"});
    CHECK(words("it's") == Words{"it's"});
}

TEST_CASE("args: the first -- divides, the others are arguments") {
    Small parsed;
    REQUIRE(parsed.parse("smp=4 trace -- run -- fast=1").has_value());
    CHECK(parsed.parameters().size() == 2);
    CHECK(parsed.arguments().size() == 3);
    CHECK(parsed.arguments()[1] == "--");
    CHECK_FALSE(parsed.parameter("fast").has_value());
    CHECK_FALSE(parsed.parameter("--").has_value());

    REQUIRE(parsed.parse("smp=4 --fast").has_value());
    CHECK(parsed.parameters().size() == 2);
    CHECK(parsed.arguments().empty());

    REQUIRE(parsed.parse("--").has_value());
    CHECK(parsed.parameters().size() == 0);
    CHECK(parsed.arguments().empty());

    REQUIRE(parsed.parse(R"(a "--" b)").has_value());
    CHECK(parsed.parameters().size() == 1);
    CHECK(parsed.arguments().size() == 1);
}

TEST_CASE("args: each error") {
    CHECK(refusal("a \"b") == Error::UnclosedQuote);
    CHECK(refusal("\"") == Error::UnclosedQuote);
    CHECK(refusal(R"("a\")") == Error::UnclosedQuote);
    CHECK(refusal("a\\") == Error::TrailingBackslash);
    CHECK(refusal("\"a\\") == Error::TrailingBackslash);
    CHECK(refusal<2, 64>("a b c") == Error::TooManyWords);
    CHECK(refusal<8, 4>("abcd") == Error::TooLong);
    CHECK(refusal<8, 4>("abcde") == Error::TooLong);
    for (const Error error :
         {Error::UnclosedQuote, Error::TrailingBackslash, Error::TooManyWords, Error::TooLong}) {
        CHECK_FALSE(to_string(error).empty());
        CHECK(to_string(error) != "unknown error");
    }
}

TEST_CASE("args: exactly at the bounds") {
    Parsed<3, 8> parsed;
    REQUIRE(parsed.parse("a -- bc ").has_value()); // 3 words, 1+1 + 2+1 + 2+1 bytes
    CHECK(parsed.arguments()[0] == "bc");
    REQUIRE(parsed.parse("\"ab\"c=de\\f").has_value()); // 7+1 bytes
    CHECK(parsed.parameter("abc") == "def");
    CHECK(refusal<3, 8>("abc=defg") == Error::TooLong);
    CHECK(refusal<3, 8>("a -- bcd") == Error::TooLong);
    CHECK(refusal<3, 16>("a -- b c") == Error::TooManyWords);
    CHECK(refusal<3, 8>("a b c \"\"") == Error::TooManyWords);
    REQUIRE(parsed.parse("\"\" \"\" \"\"").has_value());
    CHECK(parsed.parameters().size() == 3);
}

TEST_CASE("INV-ARGS-2: after an error the line counts as empty") {
    Parsed<4, 16> parsed;
    REQUIRE(parsed.parse("a=1 -- b").has_value());
    REQUIRE_FALSE(parsed.parse("a=1 -- b \"").has_value());
    CHECK(parsed.parameters().size() == 0);
    CHECK(parsed.arguments().empty());
    CHECK_FALSE(parsed.parameter("a").has_value());
    REQUIRE(parsed.parse("c").has_value());
    CHECK(parsed.parameter("c") == "");
}

TEST_CASE("INV-ARGS-3: the words refer into the object, which stays where it is") {
    static_assert(!std::is_copy_constructible_v<Small> && !std::is_move_constructible_v<Small>);
    static_assert(!std::is_copy_assignable_v<Small> && !std::is_move_assignable_v<Small>);
    Small parsed;
    std::string line = "key=value -- word";
    REQUIRE(parsed.parse(line).has_value());
    line.assign(line.size(), '#');
    CHECK(parsed.parameter("key") == "value");
    CHECK(parsed.arguments()[0] == "word");
}
