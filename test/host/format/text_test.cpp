// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include "oracle.hpp"

namespace app {

class CpuId {
  public:
    constexpr explicit CpuId(std::uint16_t index) : index_{index} {}
    friend constexpr auto format_value(const CpuId& id) { return id.index_; }

  private:
    std::uint16_t index_;
};

enum class State { Idle, Running };
constexpr auto format_value(const State& state) {
    return state == State::Idle ? std::string_view{"idle"} : std::string_view{"running"};
}

struct Owner {
    std::string name;
};
inline const std::string& format_value(const Owner& owner) {
    return owner.name;
}

struct Dangling {};
inline std::string format_value(const Dangling&) {
    return "gone before it is read";
}

} // namespace app

using neuron::format::text;

TEST_CASE("format: strings of every kind and width") {
    using namespace std::string_view_literals;
    const std::string owned = "CPU 3: ready";
    for (const std::string& word : {std::string{}, std::string{"x"}, owned, std::string(60, 'y')}) {
        for (int width = 0; width <= 40; ++width) {
            const std::string digits = width == 0 ? std::string{} : std::to_string(width);
            const std::string left = oracle::printed("%-*s", width, word.c_str());
            const std::string right = oracle::printed("%*s", width, word.c_str());
            REQUIRE(oracle::run_time("{:" + digits + "}", word) == left);
            REQUIRE(oracle::run_time("{:<" + digits + "}", word.c_str()) == left);
            REQUIRE(oracle::run_time("{:>" + digits + "}", std::string_view{word}) == right);
            REQUIRE(oracle::run_time("{:>{}}", word, width) == right);
            REQUIRE(oracle::run_time("{:{}}", word, static_cast<std::uint8_t>(width)) == left);
        }
    }
    char writable[] = {'a', 'b', '\0', 'c'};
    CHECK(text<16>("{}", writable).view() == "ab");
    CHECK(text<16>("{}", "a\0b"sv).view() == "a\0b"sv);
    CHECK(text<16>("[{}]", std::string_view{}).view() == "[]");
    CHECK(text<16>("{}", static_cast<const char*>(nullptr)).view() == "(null)");
}

TEST_CASE("format: bool and char are words, not numbers") {
    CHECK(text<32>("{} {}", true, false).view() == "true false");
    CHECK(text<32>("{:7}|{:>7}|", true, false).view() == "true   |  false|");
    CHECK(text<32>("{}{:3}|{:>3}|", 'a', 'b', 'c').view() == "ab  |  c|");
    CHECK(text<32>("{}", '\xff').view() == "\xff");
    CHECK(text<32>("{} {}", std::uint8_t{65}, std::int8_t{-65}).view() == "65 -65");
}

TEST_CASE("format: addresses") {
    int object = 0;
    const void* const address = &object;
    void* const writable = &object;
    CHECK(text<64>("{}", address).view() == oracle::printed("%p", address));
    CHECK(text<64>("{:24}|", writable).view() == oracle::printed("%24p|", address));
    CHECK(text<64>("{:<24}|", address).view() == oracle::printed("%-24p|", address));
    CHECK(text<64>("{} {}", nullptr, static_cast<const void*>(nullptr)).view() == "0x0 0x0");
}

TEST_CASE("format: a type of one's own prints as the basic type it names") {
    CHECK(text<32>("CPU {:02}: {:>8}", app::CpuId{3}, app::State::Running).view() ==
          "CPU 03:  running");
    CHECK(text<32>("{:#x}|{}", app::CpuId{255}, app::Owner{"boot"}).view() == "0xff|boot");
    static_assert(neuron::format::Formattable<app::CpuId>);
    static_assert(!neuron::format::Formattable<app::Dangling>);
    static_assert(!neuron::format::Formattable<int*>);
    static_assert(!neuron::format::Formattable<volatile void*>);
    static_assert(!neuron::format::Formattable<void (*)()>);
    static_assert(!neuron::format::Formattable<double>);
    static_assert(!neuron::format::Formattable<wchar_t>);
    static_assert(!neuron::format::Formattable<char32_t>);
}
