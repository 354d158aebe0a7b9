// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <random>
#include <vector>

#include "oracle.hpp"

namespace {

using oracle::Shape;

std::vector<Shape> shapes() {
    std::vector<Shape> all;
    for (const char* align : {"", "<", ">"}) {
        for (const bool zero : {false, true}) {
            all.push_back({align, false, zero, false});
            all.push_back({align, false, zero, true});
            all.push_back({align, true, zero, true});
        }
    }
    return all;
}

template <class T>
std::vector<T> values() {
    using Limits = std::numeric_limits<T>;
    std::vector<T> all{T{0},
                       T{1},
                       static_cast<T>(-1),
                       T{9},
                       T{10},
                       T{15},
                       T{16},
                       T{99},
                       T{100},
                       Limits::min(),
                       Limits::max(),
                       static_cast<T>(Limits::min() + 1),
                       static_cast<T>(Limits::max() - 1)};
    std::mt19937_64 random{20};
    for (int i = 0; i < 40; ++i) {
        all.push_back(static_cast<T>(random() >> (random() % 64)));
    }
    return all;
}

} // namespace

TEST_CASE_TEMPLATE("format: numbers agree with the oracle in every shape and width", T, std::int8_t,
                   std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                   std::int64_t, std::uint64_t, long long, unsigned long long) {
    for (const Shape& shape : shapes()) {
        for (int width = 0; width <= 40; ++width) {
            const std::string digits = width == 0 ? std::string{} : std::to_string(width);
            for (const T value : values<T>()) {
                const std::string expected = oracle::number(value, shape, width);
                REQUIRE(oracle::run_time(shape.field(digits), value) == expected);
                REQUIRE(oracle::run_time(shape.field("{}"), value, width) == expected);
            }
        }
    }
}

TEST_CASE("format: plain numbers agree with snprintf") {
    for (const std::int64_t value : values<std::int64_t>()) {
        const auto wide = static_cast<long long>(value);
        const auto bits = static_cast<unsigned long long>(value);
        REQUIRE(neuron::format::text<64>("{}", value).view() == oracle::printed("%lld", wide));
        REQUIRE(neuron::format::text<64>("{:23}", value).view() == oracle::printed("%23lld", wide));
        REQUIRE(neuron::format::text<64>("{:<23}|", value).view() ==
                oracle::printed("%-23lld|", wide));
        REQUIRE(neuron::format::text<64>("{:023}", value).view() ==
                oracle::printed("%023lld", wide));
        REQUIRE(neuron::format::text<64>("{:x}", bits).view() == oracle::printed("%llx", bits));
        REQUIRE(neuron::format::text<64>("{:#018x}", bits).view() ==
                oracle::printed("0x%016llx", bits));
    }
}

TEST_CASE("format: corners of hexadecimal") {
    using neuron::format::text;
    CHECK(text<32>("{:#x}", 0).view() == "0x0");
    CHECK(text<32>("{:x}", -1).view() == "-1");
    CHECK(text<32>("{:#06x}", -10).view() == "-0x00a");
    CHECK(text<32>("{:<#06x}|", 10).view() == "0xa   |");
    CHECK(text<32>("{:x}", std::numeric_limits<std::int64_t>::min()).view() == "-8000000000000000");
    CHECK(text<32>("{:#x}", std::uint8_t{255}).view() == "0xff");
}

TEST_CASE("INV-FORMAT-6: a width from an argument is clamped to 0..max_width") {
    using neuron::format::max_width;
    using oracle::run_time;
    CHECK(run_time("{:{}}", 7, -1) == "7");
    CHECK(run_time("{:{}}", 7, std::numeric_limits<std::int64_t>::min()) == "7");
    CHECK(run_time("{:{}}", 7, 0u) == "7");
    CHECK(run_time("{:{}}", 7, max_width).size() == max_width);
    CHECK(run_time("{:{}}", 7, max_width + 1).size() == max_width);
    CHECK(run_time("{:0{}}", 7, std::uint64_t{1} << 32).size() == max_width);
    CHECK(run_time("{:<{}}", "x", ~std::uint64_t{0}).size() == max_width);
    CHECK(run_time("{:255}", 7).size() == max_width);
}
