// SPDX-License-Identifier: MIT
#include <neuron/symtab/feature.hpp>

#include <algorithm>
#include <doctest/doctest.h>
#include <limits>
#include <random>

#include "table.hpp"

using namespace symtab_test;
using neuron::symtab::describe;
using neuron::symtab::look_up;

// What the linker script and tools/symtab.py make: here an image of two functions.
asm(R"asm(
    .pushsection .rodata
    .balign 16
    .globl __image_start
__image_start:
    .zero 64
    .balign 4
    .globl __symbol_table_start
__symbol_table_start:
    .4byte 3, 16, 32, 64
    .4byte 1f - __symbol_table_start, 2f - __symbol_table_start, 3f - __symbol_table_start
1:  .asciz "first"
2:  .asciz "space::second(int)"
3:  .asciz ""
    .globl __symbol_table_end
__symbol_table_end:
    .popsection
)asm");
extern "C" const std::byte __image_start[];

namespace {

constexpr std::uint64_t far = std::numeric_limits<std::uint64_t>::max();

/// "name+offset", or "nothing".
std::string at(const Table& table, std::uint64_t distance) {
    const Exact exact(table.bytes());
    return told(look_up(exact.bytes(), distance));
}

const Table three({{16, "first"}, {32, "second(int)"}, {64, ""}});

} // namespace

TEST_CASE("symtab: the address of a function is its name and 0") {
    CHECK(at(three, 16) == "first+0");
    CHECK(at(three, 32) == "second(int)+0");
}

TEST_CASE("symtab: an address inside a function is its name and the distance") {
    CHECK(at(three, 17) == "first+1");
    CHECK(at(three, 31) == "first+15");
    CHECK(at(three, 63) == "second(int)+31");
}

TEST_CASE("symtab: before the first function there is nothing") {
    CHECK(at(three, 0) == "nothing");
    CHECK(at(three, 15) == "nothing");
}

TEST_CASE("symtab: behind the end of the text, which has no name, there is nothing") {
    for (const std::uint64_t distance :
         {std::uint64_t{64}, std::uint64_t{65}, std::uint64_t{0xffff'ffff},
          std::uint64_t{0x1'0000'0010}, far}) {
        CHECK(at(three, distance) == "nothing");
    }
}

TEST_CASE("symtab: a table of one function knows that one") {
    const Table one({{0, "only"}});
    CHECK(at(one, 0) == "only+0");
    CHECK(at(one, 99) == "only+99");
}

TEST_CASE("symtab: of tables of many sizes, each answer is that of a search through all") {
    std::mt19937 random{5};
    for (std::uint32_t count = 1; count <= 40; ++count) {
        std::vector<Function> functions;
        auto start = static_cast<std::uint32_t>(random() % 8);
        for (std::uint32_t i = 0; i < count;
             ++i, start += 1 + static_cast<std::uint32_t>(random() % 5))
            functions.push_back({start, "f" + std::to_string(i)});
        const Table table(functions);
        const Exact exact(table.bytes());
        for (std::uint64_t distance = 0; distance < start + 3; ++distance) {
            std::string expected = "nothing";
            for (const Function& each : functions)
                if (each.start <= distance)
                    expected = each.name + "+" + std::to_string(distance - each.start);
            REQUIRE(told(look_up(exact.bytes(), distance)) == expected);
        }
    }
}

TEST_CASE("symtab: test_reject_no_table_and_an_empty_table") {
    for (const std::uint64_t distance : {std::uint64_t{0}, std::uint64_t{64}, far}) {
        CHECK_FALSE(look_up({}, distance).has_value());
        CHECK(at(Table({}), distance) == "nothing");
    }
}

TEST_CASE("symtab: test_reject_a_count_that_is_too_large") {
    for (const std::uint32_t count : {7U, 100U, 0x1fff'ffffU, 0x2000'0000U, 0x8000'0000U, ~0U}) {
        Table table = three;
        table.poke(0, count);
        for (const std::uint64_t distance : {std::uint64_t{0}, std::uint64_t{20}, far}) {
            INFO(count << " " << distance);
            CHECK(at(table, distance) == "nothing");
        }
    }
}

TEST_CASE("symtab: INV-SYMTAB-1: the offset of a name leads nowhere outside the table") {
    const auto size = static_cast<std::uint32_t>(three.bytes().size());
    for (const std::uint32_t wrong : {size, size + 1, 0x8000'0000U, ~0U}) {
        Table table = three;
        table.poke(4, wrong); // the first of the three offsets
        CHECK(at(table, 16) == "nothing");
        CHECK(at(table, 32) == "second(int)+0");
    }
}

TEST_CASE("symtab: INV-SYMTAB-1: a name without its NUL ends with the table") {
    Table table({{0, "name"}});
    table.bytes().pop_back();
    CHECK(at(table, 1) == "name+1");
}

TEST_CASE("symtab: INV-SYMTAB-1: every truncation gives names from inside or none") {
    const Table table({{4, "alpha"}, {8, "beta"}, {12, "gamma"}, {100, "delta"}});
    for (std::size_t size = 0; size < table.bytes().size(); ++size) {
        const Exact exact(std::span(table.bytes()).first(size));
        for (std::uint64_t distance = 0; distance < 110; ++distance)
            REQUIRE(lies_inside(look_up(exact.bytes(), distance), exact.bytes()));
    }
}

TEST_CASE("symtab: INV-SYMTAB-1: random corruption gives names from inside or none") {
    std::mt19937_64 random{7};
    const Table table({{4, "alpha"}, {8, "beta"}, {12, "gamma"}, {100, "delta"}});
    for (unsigned round = 0; round < 20'000; ++round) {
        Table wrong = table;
        for (std::uint64_t changes = 1 + random() % 4; changes-- > 0;)
            wrong.bytes()[random() % wrong.bytes().size()] = static_cast<std::byte>(random());
        if (random() % 2 == 0)
            wrong.bytes().resize(random() % wrong.bytes().size());
        const Exact exact(wrong.bytes());
        for (const std::uint64_t distance :
             {std::uint64_t{0}, std::uint64_t{9}, std::uint64_t{101}, random(), far}) {
            REQUIRE(lies_inside(look_up(exact.bytes(), distance), exact.bytes()));
        }
    }
}

TEST_CASE("symtab: INV-SYMTAB-1: nothing but noise gives names from inside or none") {
    std::mt19937_64 random{11};
    for (unsigned round = 0; round < 20'000; ++round) {
        std::vector<std::byte> noise(random() % 64);
        std::ranges::generate(noise, [&] { return static_cast<std::byte>(random() % 16); });
        for (std::size_t i = 0; i < noise.size(); i += 4) // small words, so that some make sense
            for (std::size_t high = i + 1; high < std::min(i + 4, noise.size()); ++high)
                noise[high] = std::byte{0};
        const Exact exact(noise);
        for (std::uint64_t distance = 0; distance < 20; ++distance)
            REQUIRE(lies_inside(look_up(exact.bytes(), distance), exact.bytes()));
    }
}

TEST_CASE("symtab: the table of this very image names its addresses") {
    const auto start = reinterpret_cast<std::uintptr_t>(__image_start);
    CHECK(told(describe(start)) == "nothing");
    CHECK(told(describe(start + 16)) == "first+0");
    CHECK(told(describe(start + 18)) == "first+2");
    CHECK(told(describe(start + 63)) == "space::second(int)+31");
    CHECK(told(describe(start + 64)) == "nothing");
}

TEST_CASE("symtab: test_reject_addresses_before_the_image") {
    const auto start = reinterpret_cast<std::uintptr_t>(__image_start);
    CHECK(told(describe(start - 1)) == "nothing");
    CHECK(told(describe(0)) == "nothing");
}
