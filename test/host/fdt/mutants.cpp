// SPDX-License-Identifier: MIT
//
// Corrupted trees: refused, or walked to the end without a read outside their bytes. The address
// sanitizer is the judge; each blob fills its heap block exactly.
#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <random>

#include "blob.hpp"
#include "walk.hpp"

using namespace fdt_test;
using namespace neuron::fdt;

namespace {

constexpr std::array values{0x00, 0x01, 0x7f, 0x80, 0xff};

struct Tally {
    std::size_t accepted = 0;
    std::size_t refused = 0;
};

// Whatever open() accepts is walked, by us and beside libfdt, which must see the same tree.
void judge(std::span<const std::byte> blob, Tally& tally, bool beside_libfdt) {
    const auto tree = Tree::open(blob);
    if (!tree) {
        ++tally.refused;
        // NotFound is no verdict on a layout.
        if (tree.error() == Error::NotFound)
            FAIL("open() found nothing");
        return;
    }
    ++tally.accepted;
    if (const auto wrong = try_everything(*tree); !wrong.empty())
        FAIL(wrong);
    if (!beside_libfdt)
        return;
    if (const auto wrong = differs_from_libfdt(*tree, blob); !wrong.empty())
        FAIL(wrong);
}

Bytes small_tree() {
    Bytes bytes = stored_tree("small");
    REQUIRE(!bytes.empty());
    REQUIRE(bytes.size() < 1024);
    return bytes;
}

} // namespace

TEST_CASE("fdt: INV-FDT-1 every truncation is refused") {
    for (const auto name : {"small", "names", "regions", "reservations"}) {
        const Bytes bytes = stored_tree(name);
        REQUIRE(!bytes.empty());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK(open_outcome(std::span{bytes}.first(size)) == to_string(Error::Truncated));
        }
    }
}

TEST_CASE("fdt: INV-FDT-1 every truncation whose header agrees is refused or walkable") {
    const Bytes bytes = small_tree();
    const std::uint32_t structure = peek(bytes, at_structure);
    const std::uint32_t strings = peek(bytes, at_strings);
    Tally tally;
    for (std::size_t size = 40; size < bytes.size(); ++size) {
        Exact exact{std::span{bytes}.first(size)};
        const auto total = static_cast<std::uint32_t>(size);
        poke(exact.bytes(), at_total_size, total);
        judge(exact.bytes(), tally, true);
        poke(exact.bytes(), at_strings_size, total > strings ? total - strings : 0);
        if (strings >= total)
            poke(exact.bytes(), at_strings, total);
        judge(exact.bytes(), tally, true);
        if (total > structure && total < strings) {
            poke(exact.bytes(), at_structure_size, (total - structure) / 4 * 4);
            judge(exact.bytes(), tally, true);
        }
    }
    CHECK(tally.refused > bytes.size());
}

TEST_CASE("fdt: INV-FDT-1 INV-FDT-2 INV-FDT-3 every single-byte corruption") {
    Exact exact{small_tree()};
    Tally tally;
    for (std::byte& byte : exact.bytes()) {
        const std::byte before = byte;
        for (const int value : values) {
            byte = static_cast<std::byte>(value);
            judge(exact.bytes(), tally, true);
        }
        byte = before;
    }
    CHECK(tally.accepted > 500);
    CHECK(tally.refused > 500);
    CHECK(tally.accepted + tally.refused == values.size() * exact.bytes().size());
}

TEST_CASE("fdt: INV-FDT-1 INV-FDT-2 INV-FDT-3 random corruptions of several bytes") {
    constexpr std::size_t rounds = 200'000;
    constexpr std::array<std::uint32_t, 12> words{0, 1, 2, 3, 4, 5, 8, 9, 12, 16, 0x7fffffff, ~0U};
    const Bytes original = small_tree();
    Exact exact{original};
    const auto bytes = exact.bytes();
    std::mt19937_64 random{20'240'229};
    const auto below = [&random](std::size_t limit) {
        return static_cast<std::size_t>(random() % limit);
    };
    const std::size_t structure = peek(bytes, at_structure);
    Tally tally;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::ranges::copy(original, bytes.begin());
        // Every other round leaves the header alone, or few trees would be accepted.
        const std::size_t from = round % 2 == 0 ? 0 : structure;
        for (std::size_t changes = 1 + below(5); changes > 0; --changes) {
            const std::size_t at = from + below(bytes.size() - from);
            if (below(3) == 0) {
                const std::size_t aligned = std::min(at / 4 * 4, (bytes.size() - 4) / 4 * 4);
                poke(bytes, aligned, words[below(words.size())]);
            } else {
                bytes[at] = static_cast<std::byte>(random());
            }
        }
        judge(bytes, tally, round % 16 < 2);
    }
    CHECK(tally.accepted > rounds / 20);
    CHECK(tally.refused > rounds / 4);
    MESSAGE("accepted ", tally.accepted, ", refused ", tally.refused);
}

TEST_CASE("fdt: INV-FDT-1 bytes without any form are refused") {
    std::mt19937_64 random{17};
    for (std::size_t round = 0; round < 20'000; ++round) {
        Bytes bytes(40 + random() % 200);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random() % 10);
        poke(bytes, at_magic, 0xd00dfeed);
        poke(bytes, at_total_size, static_cast<std::uint32_t>(bytes.size()));
        poke(bytes, at_structure, 40);
        poke(bytes, at_strings, 40);
        poke(bytes, at_reservations, 40);
        poke(bytes, at_version, 17);
        Exact exact{bytes};
        Tally tally;
        judge(exact.bytes(), tally, false);
    }
}
