// SPDX-License-Identifier: MIT
// QEMU's own trees: every number of harts, with ACLINT and without, every kind of boot hart.
#include <algorithm>
#include <doctest/doctest.h>
#include <set>

#include "board.hpp"

using namespace board_test;
using namespace neuron;

namespace {

constexpr std::uint32_t counts[] = {1, 2, 3, 4, 8, 16, 64};
constexpr const char* aclints[] = {"on", "off"};

std::string tree_name(const char* aclint, std::uint32_t count) {
    return std::string("virt-") + aclint + "-" + std::to_string(count);
}

std::set<std::uint64_t> boot_harts(std::uint32_t count) {
    return {0, std::uint64_t{count} / 2, std::uint64_t{count} - 1, std::min(1U, count - 1)};
}

/// Calls visit(Board&, aclint, count, boot hart) for each.
template <class Visit>
void for_each_machine(Visit visit) {
    for (const char* const aclint : aclints)
        for (const std::uint32_t count : counts)
            for (const std::uint64_t boot_hart : boot_harts(count)) {
                const std::string name = tree_name(aclint, count);
                INFO(name << " boot hart " << boot_hart);
                Board board(name);
                visit(board, std::string_view(aclint) == "on", count, boot_hart);
            }
}

} // namespace

TEST_CASE(
    "qemu-virt: INV-PLAT-3: CPU 0 is the boot hart, the others follow in the order of the tree") {
    for_each_machine([](Board& board, bool, std::uint32_t count, std::uint64_t boot_hart) {
        const Result machine = board.read(boot_hart);
        REQUIRE(machine.has_value());
        std::vector<std::uint64_t> expected = board.harts();
        REQUIRE(expected.size() == count);
        REQUIRE(std::erase(expected, boot_hart) == 1);
        expected.insert(expected.begin(), boot_hart);
        CHECK(machine->harts == count);
        REQUIRE(machine->cpus.size() == count);
        for (std::uint32_t cpu = 0; cpu < count; ++cpu)
            CHECK(machine->cpus.hart_of(core::CpuId{cpu}).value == expected[cpu]);
    });
}

TEST_CASE("qemu-virt: INV-PLAT-2: each CPU's doorbell is its hart's, whoever boots, and none "
          "without ACLINT") {
    for_each_machine([](Board& board, bool aclint, std::uint32_t count, std::uint64_t boot_hart) {
        const Result machine = board.read(boot_hart);
        REQUIRE(machine.has_value());
        for (std::uint32_t cpu = 0; cpu < config::max_cpus; ++cpu) {
            const bool rings = aclint && cpu < count;
            const std::uint64_t hart =
                cpu < count ? machine->cpus.hart_of(core::CpuId{cpu}).value : 0;
            CHECK(machine->doorbell[cpu] == (rings ? 0x2f0'0000 + 4 * hart : 0));
        }
    });
}

TEST_CASE("qemu-virt: timebase, devices and memory are those of QEMU") {
    for_each_machine([](Board& board, bool, std::uint32_t, std::uint64_t boot_hart) {
        const Result machine = board.read(boot_hart);
        REQUIRE(machine.has_value());
        CHECK(machine->timebase_hz == 10'000'000);
        CHECK(machine->uart == 0x1000'0000);
        CHECK(machine->uart_shift == 0);
        CHECK(machine->finisher == 0x10'0000);
        CHECK(machine->memory == fdt::Region{0x8000'0000, 0x1000'0000});
        CHECK(machine->sstc);
        CHECK(machine->bootargs.empty());
        CHECK_FALSE(machine->input.has_value());
        CHECK(machine->device_tree.size() == board.packed().size());
    });
}

TEST_CASE("qemu-virt: test_reject_a_boot_hart_that_qemu_does_not_have") {
    for (const std::uint32_t count : counts)
        CHECK(Board(tree_name("on", count)).refusal(count) ==
              "device tree: the boot hart is not once among the cpus that are okay");
}

TEST_CASE("qemu-virt: one hart more than the image holds: the boot hart is in, one is left out") {
    Board board(tree_name("on", 64));
    board.add_node("/cpus", "cpu@64")
        .text("/cpus/cpu@64", "device_type", "cpu")
        .cells("/cpus/cpu@64", "reg", {100}); // the first in the tree
    const Result from_new = board.read(100);
    REQUIRE(from_new.has_value());
    CHECK(from_new->harts == 65);
    CHECK(from_new->cpus.size() == 64);
    CHECK(from_new->cpus.hart_of(core::boot_cpu) == core::HartId{100});
    CHECK_FALSE(from_new->cpus.cpu_of(core::HartId{63}).has_value());
    CHECK(from_new->doorbell[0] == 0);
    CHECK(from_new->doorbell[1] == 0x2f0'0000);

    const Result from_last = board.read(63);
    REQUIRE(from_last.has_value());
    CHECK(from_last->harts == 65);
    CHECK(from_last->cpus.hart_of(core::boot_cpu) == core::HartId{63});
    CHECK(from_last->cpus.hart_of(core::CpuId{1}) == core::HartId{100});
    CHECK_FALSE(from_last->cpus.cpu_of(core::HartId{62}).has_value());
    CHECK(from_last->doorbell[0] == 0x2f0'0000 + 4 * 63);
}
