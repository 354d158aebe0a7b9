// SPDX-License-Identifier: MIT
//
// What open() and total_size() refuse, and as what.
#include <doctest/doctest.h>
#include <functional>
#include <set>

#include "blob.hpp"

using namespace fdt_test;
using namespace neuron::fdt;

namespace {

constexpr std::uint32_t top = 0xffffffff;

// A root with one property and one child: the sound blob that the wrong ones are made from.
Bytes sound() {
    Maker maker;
    maker.reserve(0x8000'0000, 0x1000).begin("").cells("mark", {1}).begin("child").close();
    return maker.close().finish().blob();
}

std::string with(std::size_t at, std::uint32_t value) {
    Bytes bytes = sound();
    poke(bytes, at, value);
    return open_outcome(bytes);
}

std::string made(const std::function<void(Maker&)>& make) {
    Maker maker;
    make(maker);
    return open_outcome(maker.blob());
}

} // namespace

TEST_CASE("fdt: every Error has a text of its own") {
    std::set<std::string_view> texts;
    for (unsigned i = 0; i <= static_cast<unsigned>(Error::NotFound); ++i) {
        texts.insert(to_string(static_cast<Error>(i)));
    }
    CHECK(texts.size() == 9);
    CHECK_FALSE(texts.contains(to_string(static_cast<Error>(9))));
}

TEST_CASE("fdt: the sound blob is accepted, also with bytes behind it and at odd addresses") {
    const Bytes bytes = sound();
    CHECK(open_outcome(bytes) == "accepted");
    for (std::size_t shift = 1; shift < 8; ++shift) {
        Bytes shifted(shift);
        shifted.insert(shifted.end(), bytes.begin(), bytes.end());
        shifted.resize(shifted.size() + 5, std::byte{0xff});
        const Exact exact{shifted};
        const auto tree = Tree::open(exact.bytes().subspan(shift));
        REQUIRE(tree.has_value());
        CHECK(tree->bytes().size() == bytes.size());
        CHECK(tree->root().property("mark")->as_u32() == 1);
    }
}

TEST_CASE("fdt: total_size needs 8 bytes") {
    const Bytes bytes = sound();
    const std::span all{bytes};
    CHECK(total_size(all.first(8)) == bytes.size());
    CHECK(total_size(all) == bytes.size());
}

TEST_CASE("fdt: Truncated when bytes are missing") {
    const Bytes bytes = sound();
    for (std::size_t size = 0; size < 8; ++size) {
        const Exact exact{std::span{bytes}.first(size)};
        CHECK(total_size(exact.bytes()) == std::unexpected{Error::Truncated});
    }
    CHECK(open_outcome(std::span{bytes}.first(bytes.size() - 1)) == to_string(Error::Truncated));
    CHECK(open_outcome({}) == to_string(Error::Truncated));
    CHECK(with(at_total_size, max_size) == to_string(Error::Truncated));
}

TEST_CASE("fdt: BadMagic for anything else") {
    CHECK(with(at_magic, 0xedfe0dd0) == to_string(Error::BadMagic));
    CHECK(with(at_magic, 0) == to_string(Error::BadMagic));
    CHECK(with(at_magic, 0xd00dfeec) == to_string(Error::BadMagic));
}

TEST_CASE("fdt: BadVersion for formats that differ") {
    CHECK(with(at_version, 16) == to_string(Error::BadVersion));
    CHECK(with(at_version, 0) == to_string(Error::BadVersion));
    CHECK(with(at_version, 18) == "accepted"); // a later one that a reader of 17 can read
    CHECK(with(at_last_compatible, 17) == "accepted");
    CHECK(with(at_last_compatible, 18) == to_string(Error::BadVersion));
    CHECK(with(at_last_compatible, top) == to_string(Error::BadVersion));
}

TEST_CASE("fdt: BadLayout for a total size out of range") {
    for (const std::uint32_t size : {0U, 39U, static_cast<std::uint32_t>(max_size) + 1, top}) {
        CHECK(with(at_total_size, size) == to_string(Error::BadLayout));
    }
    // The blob agrees, but holds no whole header.
    const Bytes bytes = sound();
    for (std::uint32_t size = 8; size < 40; ++size) {
        Exact exact{std::span{bytes}.first(size)};
        poke(exact.bytes(), at_total_size, size);
        CHECK(total_size(exact.bytes()) == std::unexpected{Error::BadLayout});
        CHECK(outcome(Tree::open(exact.bytes())) == to_string(Error::BadLayout));
    }
    // Large enough for the header, too small for the blocks.
    CHECK(with(at_total_size, 40) == to_string(Error::BadLayout));
}

TEST_CASE("fdt: BadLayout for a block outside the blob") {
    const Bytes bytes = sound();
    const auto total = static_cast<std::uint32_t>(bytes.size());
    const std::uint32_t strings = peek(bytes, at_strings);
    const std::uint32_t strings_size = peek(bytes, at_strings_size);
    for (const std::size_t at : {at_structure, at_strings, at_reservations}) {
        CAPTURE(at);
        for (const std::uint32_t offset : {0U, 32U, total + 8, top, top - 3, top - 7}) {
            CAPTURE(offset);
            CHECK(with(at, offset) == to_string(Error::BadLayout));
        }
    }
    for (const std::size_t at : {at_structure_size, at_strings_size}) {
        CAPTURE(at);
        const std::uint32_t wrapping = top - peek(bytes, at_structure) + 1;
        for (const std::uint32_t size : {total, top, top - 3, wrapping}) {
            CAPTURE(size);
            CHECK(with(at, size) == to_string(Error::BadLayout));
        }
    }
    CHECK(with(at_strings_size, strings_size + 1) == to_string(Error::BadLayout));
    CHECK(with(at_strings, strings + 1) == to_string(Error::BadLayout));
    CHECK(with(at_strings, total) == to_string(Error::BadLayout));
}

TEST_CASE("fdt: BadLayout for a misaligned block") {
    const Bytes bytes = sound();
    for (std::uint32_t shift = 1; shift < 4; ++shift) {
        CHECK(with(at_structure, peek(bytes, at_structure) + shift) == to_string(Error::BadLayout));
        CHECK(with(at_structure_size, peek(bytes, at_structure_size) - shift) ==
              to_string(Error::BadLayout));
    }

    // Enough zero words for an end of the reservations at each of these.
    Maker maker;
    Bytes zeros = maker.reserve(0, 0).begin("").close().finish().blob();
    for (const std::uint32_t at : {40U, 44U, 48U, 52U, 56U}) {
        poke(zeros, at_reservations, at);
        CHECK(open_outcome(zeros) == (at % 8 == 0 ? "accepted" : to_string(Error::BadLayout)));
    }
}

TEST_CASE("fdt: BadLayout for reservations without an end") {
    Bytes bytes = sound();
    const auto total = static_cast<std::uint32_t>(bytes.size());
    for (std::size_t at = 40; at < peek(bytes, at_structure); at += 4)
        poke(bytes, at, 1);
    CHECK(open_outcome(bytes) == to_string(Error::BadLayout));
    for (const std::uint32_t near : {total / 8 * 8, total / 8 * 8 - 8}) {
        CHECK(with(at_reservations, near) == to_string(Error::BadLayout));
    }
}

TEST_CASE("fdt: BadLayout for bytes behind END in the structure block") {
    CHECK(made([](Maker& m) { m.begin("").close().finish().word(nop); }) ==
          to_string(Error::BadLayout));
    CHECK(made([](Maker& m) { m.begin("").close().finish().finish(); }) ==
          to_string(Error::BadLayout));
}

TEST_CASE("fdt: BadToken for a structure that is not one tree") {
    const auto bad_token = to_string(Error::BadToken);
    CHECK(made([](Maker&) {}) == bad_token);
    CHECK(made([](Maker& m) { m.finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.word(nop); }) == bad_token);
    CHECK(made([](Maker& m) { m.begin("").close(); }) == bad_token); // no END
    CHECK(made([](Maker& m) { m.begin("").finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.begin("").begin("a").close().finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.begin("").close().close().finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.close().finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.begin("").close().begin("").close().finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.cells("a", {1}).begin("").close().finish(); }) == bad_token);
    CHECK(made([](Maker& m) { m.begin("").close().cells("a", {1}).finish(); }) == bad_token);
    for (const std::uint32_t token : {0U, 5U, 8U, 10U, 0x01000000U, top}) {
        CHECK(made([token](Maker& m) { m.begin("").word(token).close().finish(); }) == bad_token);
    }
}

TEST_CASE("fdt: BadToken for a property behind a child node") {
    CHECK(made([](Maker& m) {
              m.begin("").begin("a").close().cells("late", {1}).close().finish();
          }) == to_string(Error::BadToken));
}

TEST_CASE("fdt: BadName for node names") {
    const auto bad_name = to_string(Error::BadName);
    CHECK(made([](Maker& m) { m.begin("root").close().finish(); }) == bad_name);
    CHECK(made([](Maker& m) { m.begin("").begin("").close().close().finish(); }) == bad_name);
    CHECK(made([](Maker& m) { m.begin("").begin("a/b").close().close().finish(); }) == bad_name);
    CHECK(made([](Maker& m) { m.begin("").word(begin_node).raw("abcd"); }) == bad_name);
    CHECK(made([](Maker& m) { m.begin("").word(begin_node); }) == bad_name);
}

TEST_CASE("fdt: BadName for property names") {
    const auto bad_name = to_string(Error::BadName);
    const auto named = [](std::uint32_t offset) {
        return made([offset](Maker& m) {
            static_cast<void>(m.string("one"));
            static_cast<void>(m.string("two"));
            m.begin("").word(prop).word(0).word(offset).close().finish();
        });
    };
    CHECK(named(0) == "accepted");
    CHECK(named(6) == "accepted"); // "o", the tail of a longer name
    CHECK(named(7) == bad_name);   // empty
    CHECK(named(8) == bad_name);
    CHECK(named(top) == bad_name);

    // The last name loses its NUL, but stays inside the blob; the first keeps its own.
    for (const std::uint32_t offset : {0U, 4U}) {
        Maker maker;
        static_cast<void>(maker.string("one"));
        static_cast<void>(maker.string("two"));
        maker.begin("").word(prop).word(0).word(offset).close().finish();
        Bytes bytes = maker.blob();
        poke(bytes, at_strings_size, 7);
        CHECK(open_outcome(bytes) == (offset == 0 ? "accepted" : bad_name));
        poke(bytes, at_strings_size, 0);
        CHECK(open_outcome(bytes) == bad_name);
    }
}

TEST_CASE("fdt: BadProperty for a value that runs out of the structure") {
    const auto bad_property = to_string(Error::BadProperty);
    for (const std::uint32_t length : {9U, 12U, 0x7fffffffU, top - 11, top - 3, top}) {
        CAPTURE(length);
        CHECK(made([length](Maker& m) {
                  m.begin("").word(prop).word(length).word(m.string("a")).close().finish();
              }) == bad_property);
    }
    CHECK(made([](Maker& m) { m.begin("").word(prop); }) == bad_property);
    CHECK(made([](Maker& m) { m.begin("").word(prop).word(0); }) == bad_property);
    // It may swallow the end of the tree; then there is no END.
    CHECK(made([](Maker& m) {
              m.begin("").word(prop).word(8).word(m.string("a")).close().finish();
          }) == to_string(Error::BadToken));
}

TEST_CASE("fdt: TooDeep beyond max_depth") {
    for (const unsigned depth : {max_depth, max_depth + 1}) {
        Maker maker;
        maker.begin("");
        for (unsigned i = 1; i < depth; ++i)
            maker.begin("n");
        for (unsigned i = 0; i < depth; ++i)
            maker.close();
        CHECK(open_outcome(maker.finish().blob()) ==
              (depth == max_depth ? "accepted" : to_string(Error::TooDeep)));
    }
}
