// SPDX-License-Identifier: MIT
#include <neuron/core/send.hpp>
#include <neuron/vm/map.hpp>

#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <random>

using namespace neuron;
using core::Access;
using vm::Error;

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t large = 512 * page;
constexpr std::size_t huge = 512 * large;

using Map = vm::Map<64>;

Error error_of(Map& map, core::MemoryRegion region) {
    const auto added = map.add(region);
    REQUIRE_FALSE(added.has_value());
    return added.error();
}

/// As hardware reads it: the entry's bits, by the specification's own numbers.
void check_hardware_bits(std::uint64_t bits, Access access) {
    CHECK((bits & 1) != 0);                                    // V
    CHECK((bits >> 1 & 1) != 0);                               // R
    CHECK((bits >> 2 & 1) == (access == Access::ReadWrite));   // W
    CHECK((bits >> 3 & 1) == (access == Access::ReadExecute)); // X
    CHECK((bits >> 4 & 1) == 0);                               // U
    CHECK((bits >> 5 & 7) == 7);                               // G, A, D
    CHECK((bits >> 54) == 0);                                  // reserved, PBMT, N
}

} // namespace

static_assert(core::Send<Map> && core::Sync<Map>);

TEST_CASE("vm: INV-VM-1: INV-VM-3: a leaf reads, writes or executes, never both of the last") {
    for (const Access access : {Access::Read, Access::ReadWrite, Access::ReadExecute}) {
        const auto leaf = vm::sv39::Entry::leaf(0x8020'0000, access);
        check_hardware_bits(leaf.bits(), access);
        CHECK((leaf.bits() >> 10 & ((std::uint64_t{1} << 44) - 1)) == 0x80200); // the page number
        CHECK(leaf.access() == access);
        CHECK(leaf.address() == 0x8020'0000);
    }
    const auto table = vm::sv39::Entry::table(0x8020'1000);
    CHECK((table.bits() & 0x3ff) == 1); // V alone: A, D and U are reserved there
    CHECK_FALSE(table.is_leaf());
    CHECK_FALSE(vm::sv39::Entry().is_valid());
}

TEST_CASE("vm: an empty map has nothing, page 0 included") {
    const auto map = std::make_unique<Map>();
    for (const std::uintptr_t address :
         {std::uintptr_t{0}, std::uintptr_t{0x8000'0000}, ~std::uintptr_t{0}})
        CHECK_FALSE(map->find(address).has_value());
    CHECK(map->tables() == 1);
    CHECK(map->root() % page == 0);
}

TEST_CASE("vm: the largest page that fits is taken, and no byte more is mapped") {
    const auto map = std::make_unique<Map>();
    const std::uintptr_t first = huge - large - page;
    const std::size_t size = page + large + huge + large + page;
    REQUIRE(map->add({first, size, Access::Read}));
    CHECK(map->find(first)->size == page);
    CHECK(map->find(first + page)->size == large);
    CHECK(map->find(huge)->size == huge);
    CHECK(map->find(2 * huge + 5)->size == large);
    CHECK(map->find(first + size - 1)->size == page);
    CHECK(map->find(huge + 12345)->address == huge);
    CHECK_FALSE(map->find(first - 1).has_value());
    CHECK_FALSE(map->find(first + size).has_value());
    CHECK(map->tables() == 5); // the root, two of level 1, two of level 0
}

TEST_CASE("vm: INV-VM-2: a page keeps the access that it has") {
    const auto map = std::make_unique<Map>();
    REQUIRE(map->add({large, large, Access::ReadExecute}));
    CHECK(error_of(*map, {large + page, page, Access::ReadWrite}) == Error::Conflict);
    CHECK(error_of(*map, {0, 2 * large, Access::Read}) == Error::Conflict);
    CHECK(map->find(large + page)->access == Access::ReadExecute);
    CHECK(map->add({large + page, page, Access::ReadExecute}).has_value()); // nothing new
    CHECK(map->find(large + page)->size == large);
}

TEST_CASE("vm: test_reject: what can't be mapped is refused and says why") {
    const auto map = std::make_unique<Map>();
    CHECK(error_of(*map, {1, page, Access::Read}) == Error::Unaligned);
    CHECK(error_of(*map, {page, page + 1, Access::Read}) == Error::Unaligned);
    CHECK(error_of(*map, {page, 0, Access::Read}) == Error::OutsideRange);
    CHECK(error_of(*map, {vm::sv39::address_end, page, Access::Read}) == Error::OutsideRange);
    CHECK(error_of(*map, {page, vm::sv39::address_end, Access::Read}) == Error::OutsideRange);
    CHECK(error_of(*map, {page, ~std::size_t{0} & ~(page - 1), Access::Read}) ==
          Error::OutsideRange);
    CHECK(map->tables() == 1);
    CHECK(map->add({vm::sv39::address_end - page, page, Access::Read}).has_value());
    for (const Error error :
         {Error::Unaligned, Error::OutsideRange, Error::Conflict, Error::OutOfTables})
        CHECK_FALSE(to_string(error).empty());
}

TEST_CASE("vm: too few tables are an answer") {
    const auto map = std::make_unique<vm::Map<3>>();
    REQUIRE(map->add({page, page, Access::Read}));
    CHECK(map->add({huge, page, Access::Read}).error() == Error::OutOfTables);
    CHECK(map->find(page).has_value());
    CHECK_FALSE(map->find(huge).has_value());
}

TEST_CASE("vm: random regions agree with a list of pages") {
    std::mt19937_64 random(1);
    for (int round = 0; round < 300; ++round) {
        const auto map = std::make_unique<Map>();
        std::map<std::uintptr_t, Access> pages; // what the list says
        const auto any = [&](std::uint64_t below) { return random() % below; };
        for (int i = 0; i < 20; ++i) {
            // Around a few borders of large pages, so that regions meet.
            const std::uintptr_t first = (1 + any(3)) * large - 8 * page + any(16) * page;
            const std::size_t count = any(4) == 0 ? 512 + any(600) : 1 + any(12);
            const auto access = static_cast<Access>(any(3));
            bool conflict = false;
            std::size_t good = 0; // pages before the first that is mapped otherwise
            for (std::size_t n = 0; n < count && !conflict; ++n) {
                const auto known = pages.find(first + n * page);
                conflict = known != pages.end() && known->second != access;
                good += !conflict;
            }
            const auto added = map->add({first, count * page, access});
            REQUIRE(added.has_value() == !conflict);
            if (conflict)
                REQUIRE(added.error() == Error::Conflict);
            for (std::size_t n = 0; n < good; ++n)
                pages[first + n * page] = access;
        }
        for (std::uintptr_t address = 0; address < 8 * large; address += page) {
            const auto found = map->find(address + any(page));
            const auto known = pages.find(address);
            REQUIRE(found.has_value() == (known != pages.end()));
            if (found)
                REQUIRE(found->access == known->second);
        }
    }
}
