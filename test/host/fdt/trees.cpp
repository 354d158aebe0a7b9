// SPDX-License-Identifier: MIT
//
// Real trees: the ones written for these tests and QEMU's own, read beside libfdt.
#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <libfdt.h>

#include "blob.hpp"
#include "walk.hpp"

using namespace fdt_test;
using namespace neuron::fdt;

namespace {

constexpr std::array written{"cpus",    "deep_16",      "deep_17", "empty_root", "names",
                             "regions", "reservations", "small",   "values"};
constexpr std::array harts{1, 2, 3, 4, 8, 16, 64};

// Exactly its bytes: QEMU's dump is a file of 1 MiB, whatever the size of the tree in it.
Bytes packed(Bytes tree) {
    REQUIRE(fdt_pack(tree.data()) == 0);
    tree.resize(fdt_totalsize(tree.data()));
    return tree;
}

void check_beside_libfdt(std::span<const std::byte> bytes) {
    const Exact exact{bytes};
    const auto tree = Tree::open(exact.bytes());
    REQUIRE(outcome(tree) == "accepted");
    CHECK(tree->bytes().size() == fdt_totalsize(bytes.data()));
    CHECK(differs_from_libfdt(*tree, exact.bytes()) == "");
    CHECK(try_everything(*tree) == "");
}

} // namespace

TEST_CASE("fdt: the folder FDT_TREES holds every tree") {
    const auto trees = stored_trees();
    const auto has = [&trees](const std::string& name) {
        return std::ranges::find(trees, name, &Stored::name) != trees.end();
    };
    for (const char* const name : written)
        CHECK_MESSAGE(has(name), name);
    for (const int count : harts) {
        for (const char* const aclint : {"on", "off"}) {
            const auto name = std::string{"virt-"} + aclint + "-" + std::to_string(count);
            CHECK_MESSAGE(has(name), name);
        }
    }
    REQUIRE(trees.size() >= written.size() + 2 * harts.size());
}

TEST_CASE("fdt: every tree reads as libfdt reads it") {
    const auto trees = stored_trees();
    REQUIRE(trees.size() >= written.size() + 2 * harts.size());
    for (const Stored& stored : trees) {
        if (stored.name == "deep_17")
            continue;
        CAPTURE(stored.name);
        check_beside_libfdt(stored.bytes);
        check_beside_libfdt(packed(stored.bytes));
    }
}

TEST_CASE("fdt: QEMU's harts are found, with interrupt controllers and memory") {
    for (const int count : harts) {
        for (const char* const aclint : {"on", "off"}) {
            const auto name = std::string{"virt-"} + aclint + "-" + std::to_string(count);
            CAPTURE(name);
            const Exact exact{stored_tree(name)};
            const auto tree = Tree::open(exact.bytes());
            REQUIRE(tree.has_value());
            const auto cpus = tree->find("/cpus");
            REQUIRE(cpus.has_value());
            CHECK(cpus->property("timebase-frequency")->as_u32() == 10'000'000);

            std::vector<std::uint64_t> ids;
            for (const Node cpu : cpus->children()) {
                if (cpu.name() == "cpu-map")
                    continue;
                CHECK(cpu.is_available());
                CHECK(cpu.is_compatible("riscv"));
                const auto region = reg(cpu, *cpus, 0);
                REQUIRE(region.has_value());
                // No look at unit_address(): QEMU writes hart 10 as cpu@10, in decimal.
                CHECK(cpu.child("interrupt-controller")->is_compatible("riscv,cpu-intc"));
                ids.push_back(region->address);
            }
            std::ranges::sort(ids);
            REQUIRE(ids.size() == static_cast<std::size_t>(count));
            for (std::size_t i = 0; i < ids.size(); ++i)
                CHECK(ids[i] == i);

            CHECK(reg(*tree->find("/memory"), tree->root(), 0) == Region{0x8000'0000, 0x1000'0000});
            CHECK(tree->find_device("ns16550a").has_value());
            const bool with_aclint = aclint == std::string_view{"on"};
            CHECK(tree->find_device("riscv,aclint-mswi").has_value() == with_aclint);
            CHECK(tree->find_device("riscv,clint0").has_value() != with_aclint);
        }
    }
}

TEST_CASE("fdt: INV-FDT-5 nesting ends at max_depth, to the level") {
    check_beside_libfdt(stored_tree("deep_16"));
    CHECK(open_outcome(stored_tree("deep_17")) == to_string(Error::TooDeep));

    const Exact exact{stored_tree("deep_16")};
    const auto tree = Tree::open(exact.bytes());
    REQUIRE(tree.has_value());
    Node node = tree->root();
    unsigned depth = 1;
    for (; !node.children().empty(); ++depth)
        node = *node.children().begin();
    CHECK(depth == max_depth);
    CHECK(node.property("depth")->as_u32() == max_depth);
}
