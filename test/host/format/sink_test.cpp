// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <type_traits>

#include "oracle.hpp"

using neuron::format::Argument;
using neuron::format::BoundedText;
using neuron::format::Sink;
using neuron::format::text;
using neuron::format::write;

namespace {

struct NoSink {
    void print(std::string_view);
};

template <std::size_t N>
void check_truncation() {
    const std::string line = "CPU 12: 0x00000000000000ff ready and waiting";
    for (std::size_t length = 0; length <= line.size(); ++length) {
        const std::string whole = line.substr(0, length);
        const std::string expected = length <= N ? whole : whole.substr(0, N - 3) + "...";
        // In one put, and byte by byte.
        const BoundedText<N> at_once = text<N>("{}", whole);
        BoundedText<N> stepwise;
        for (const char c : whole) {
            write(stepwise, "{}", c);
        }
        REQUIRE(at_once.view() == expected);
        REQUIRE(at_once.truncated() == (length > N));
        REQUIRE(stepwise.view() == expected);
        REQUIRE(stepwise.truncated() == (length > N));
    }
}

template <std::size_t... N>
void check_truncations(std::index_sequence<N...>) {
    (check_truncation<N + 3>(), ...);
}

} // namespace

TEST_CASE("INV-FORMAT-4: a cut is visible at every size of buffer") {
    check_truncations(std::make_index_sequence<44>{});
}

TEST_CASE("INV-FORMAT-4: a cut stays, and clear makes the buffer new") {
    BoundedText<8> bounded;
    CHECK(bounded.view().empty());
    bounded.put("12345678");
    CHECK(bounded.view() == "12345678");
    CHECK_FALSE(bounded.truncated());
    bounded.put("");
    CHECK_FALSE(bounded.truncated());
    bounded.put("9");
    CHECK(bounded.view() == "12345...");
    bounded.put("");
    CHECK(bounded.truncated());
    bounded.put("abc");
    CHECK(bounded.view() == "12345...");
    CHECK(bounded.truncated());
    const BoundedText<8> copy = bounded;
    bounded.clear();
    bounded.put("new");
    CHECK(bounded.view() == "new");
    CHECK_FALSE(bounded.truncated());
    CHECK(copy.view() == "12345...");
}

TEST_CASE("INV-FORMAT-3: a call site adds plain structs, whatever the types") {
    static_assert(std::is_trivially_copyable_v<Argument> &&
                  std::is_trivially_destructible_v<Argument>);
    static_assert(sizeof(Argument) == 16);
    static_assert(std::is_trivially_copyable_v<Sink> && sizeof(Sink) == 2 * sizeof(void*));
    static_assert(!std::is_constructible_v<Sink, NoSink&>);
    static_assert(!std::is_constructible_v<Sink, const BoundedText<8>&>);
}

TEST_CASE("format: a sink gets the pieces in order and never an empty one") {
    oracle::Collected collected;
    Sink sink{collected};
    write(sink, "{}{:>20}{}|{:<3}|{:#08x}|{}", "", 1, std::string_view{}, "abcd", 255, true);
    CHECK(collected.text == "                   1|abcd|0x0000ff|true");
    CHECK_FALSE(collected.empty_put);

    oracle::Collected raw;
    write(Sink{&raw,
               [](void* object, std::string_view more) {
                   static_cast<oracle::Collected*>(object)->put(more);
               }},
          "literal only\n");
    CHECK(raw.text == "literal only\n");
    CHECK(raw.puts == 1);
}
