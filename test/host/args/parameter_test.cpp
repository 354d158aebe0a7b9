// SPDX-License-Identifier: MIT
#include <neuron/args/parsed.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using neuron::args::parse_unsigned;
using neuron::args::Parsed;

TEST_CASE("INV-ARGS-4: the last parameter with a key wins") {
    Parsed<16, 128> parsed;
    REQUIRE(parsed.parse("smp=2 trace smp=4 trace=a=b smpx=9 =x quiet=on quiet").has_value());
    CHECK(parsed.parameter("smp") == "4");
    CHECK(parsed.parameter("trace") == "a=b");
    CHECK(parsed.parameter("") == "x");
    CHECK(parsed.parameter("quiet") == "");
    CHECK_FALSE(parsed.parameter("sm").has_value());
    CHECK_FALSE(parsed.parameter("trace=a").has_value());
    CHECK_FALSE(parsed.parameter("none").has_value());
}

TEST_CASE("args: parameters are visited in order") {
    Parsed<8, 64> parsed;
    REQUIRE(parsed.parse("a=1 b \"c d=e f\" g= -- h=2").has_value());
    std::vector<std::pair<std::string, std::string>> seen;
    for (const neuron::args::Parameter parameter : parsed.parameters()) {
        seen.emplace_back(parameter.key, parameter.value);
    }
    const std::vector<std::pair<std::string, std::string>> expected{
        {"a", "1"}, {"b", ""}, {"c d", "e f"}, {"g", ""}};
    CHECK(seen == expected);
}

TEST_CASE("INV-ARGS-5: a number is the whole text or it is no number") {
    CHECK(parse_unsigned("0") == 0u);
    CHECK(parse_unsigned("007") == 7u);
    CHECK(parse_unsigned("18446744073709551615") == UINT64_MAX);
    CHECK(parse_unsigned("0x0") == 0u);
    CHECK(parse_unsigned("0xDEADbeef") == 0xdeadbeefu);
    CHECK(parse_unsigned("0xffffffffffffffff") == UINT64_MAX);
    CHECK(parse_unsigned("0x0000ffffffffffffffff") == UINT64_MAX);
    for (const char* wrong : {"",
                              "0x",
                              "0X1",
                              "x1",
                              "+1",
                              "-1",
                              " 1",
                              "1 ",
                              "1a",
                              "0xg",
                              "0x 1",
                              "0x-1",
                              "1_0",
                              "18446744073709551616",
                              "99999999999999999999",
                              "0x10000000000000000",
                              "1.0",
                              "0x0x1",
                              "1\x10",
                              "@",
                              "`",
                              "G",
                              "0x\x01",
                              "0x\x11",
                              "\xc1",
                              "0x\xc1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_unsigned(wrong).has_value());
    }
    std::mt19937_64 random{3};
    for (int round = 0; round < 10000; ++round) {
        const std::uint64_t value = random() >> (random() % 64);
        REQUIRE(parse_unsigned(std::to_string(value)) == value);
        // One more digit than the greatest number has is too many, whatever it is.
        REQUIRE_FALSE(parse_unsigned("2" + std::string(20, static_cast<char>('0' + random() % 10)))
                          .has_value());
    }
    for (int c = 0; c < 256; ++c) {
        const char byte = static_cast<char>(c);
        const bool decimal = c >= '0' && c <= '9';
        const bool hex = decimal || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        REQUIRE(parse_unsigned({&byte, 1}).has_value() == decimal);
        const char prefixed[]{'0', 'x', byte};
        REQUIRE(parse_unsigned({prefixed, 3}).has_value() == hex);
    }
}
