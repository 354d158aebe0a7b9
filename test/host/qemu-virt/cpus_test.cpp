// SPDX-License-Identifier: MIT
// Harts and doorbells of boards that QEMU does not make.
#include <doctest/doctest.h>

#include "board.hpp"

using namespace board_test;
using namespace neuron;

namespace {

const std::string not_once = "device tree: the boot hart is not once among the cpus that are okay";

} // namespace

TEST_CASE("qemu-virt: hart ids with gaps and in no order") {
    CHECK(harts_of(Board().read(7)) == "7 2 64");
    CHECK(harts_of(Board().read(2)) == "2 7 64");
    CHECK(harts_of(Board().read(64)) == "64 7 2");
    CHECK(Board().read(7)->harts == 3);
}

TEST_CASE("qemu-virt: INV-PLAT-2: a doorbell is told by its place in interrupts-extended, not by "
          "hart ids") {
    CHECK(doorbells_of(Board().read(7)) == "2f00004 2f00008 2f00000");
    CHECK(doorbells_of(Board().read(2)) == "2f00008 2f00004 2f00000");
    CHECK(doorbells_of(Board().read(64)) == "2f00000 2f00004 2f00008");
}

TEST_CASE("qemu-virt: a disabled hart is none, and keeps its place among the doorbells") {
    Board board;
    board.disable("/cpus/cpu@2");
    const Result machine = board.read(64);
    CHECK(harts_of(machine) == "64 7");
    CHECK(machine->harts == 2);
    CHECK(doorbells_of(machine) == "2f00000 2f00004");
    CHECK(doorbells_of(Board().disable("/cpus/cpu@7").read(2)) == "2f00008 2f00000");
}

TEST_CASE("qemu-virt: a disabled hart needs no reg and may bear a number that is taken") {
    CHECK(harts_of(Board().disable("/cpus/cpu@2").remove("/cpus/cpu@2", "reg").read(7)) == "7 64");
    CHECK(harts_of(Board().disable("/cpus/cpu@2").cells("/cpus/cpu@2", "reg", {7}).read(7)) ==
          "7 64");
}

TEST_CASE("qemu-virt: test_reject_a_boot_hart_that_is_missing_or_disabled") {
    CHECK(Board().refusal(0) == not_once);
    CHECK(Board().refusal(~std::uint64_t{0}) == not_once);
    CHECK(Board().refusal(7 + (std::uint64_t{1} << 32)) == not_once);
    CHECK(Board().disable("/cpus/cpu@7").refusal(7) == not_once);
    CHECK(Board().remove("/cpus/cpu@7", "device_type").refusal(7) == not_once);
}

TEST_CASE("qemu-virt: hart ids may have 64 bits") {
    Board board;
    board.cells("/cpus", "#address-cells", {2}).cells("/cpus/cpu@7", "reg", {1, 7});
    board.cells("/cpus/cpu@2", "reg", {0, 2}).cells("/cpus/cpu@40", "reg", {0, 64});
    CHECK(harts_of(board.read(0x1'0000'0007)) == "4294967303 2 64");
    CHECK(doorbells_of(board.read(0x1'0000'0007)) == "2f00004 2f00008 2f00000");
}

TEST_CASE("qemu-virt: test_reject_two_cpus_with_one_id") {
    const std::string sentence = "device tree: two cpus have one hart id";
    CHECK(Board().cells("/cpus/cpu@2", "reg", {64}).refusal(7) == sentence);
}

TEST_CASE("qemu-virt: test_reject_two_cpus_with_the_id_of_the_boot_hart") {
    CHECK(Board().cells("/cpus/cpu@2", "reg", {7}).refusal(7) == not_once);
    CHECK(Board().cells("/cpus/cpu@7", "reg", {64}).refusal(64) == not_once);
}

TEST_CASE("qemu-virt: test_reject_a_cpu_without_a_usable_reg") {
    const std::string sentence = "device tree: a cpu node has no usable reg";
    CHECK(Board().remove("/cpus/cpu@2", "reg").refusal(7) == sentence);
    CHECK(Board().cells("/cpus/cpu@2", "reg", {}).refusal(7) == sentence);
    CHECK(Board().cells("/cpus", "#address-cells", {3}).refusal(7) == sentence);
    CHECK(Board().cells("/cpus", "#address-cells", {2}).refusal(7) == sentence);
}

TEST_CASE("qemu-virt: test_reject_a_tree_without_cpus") {
    CHECK(Board().remove_node("/cpus").refusal(7) == "device tree: no /cpus");
    CHECK(Board()
              .remove_node("/cpus/cpu@7")
              .remove_node("/cpus/cpu@2")
              .remove_node("/cpus/cpu@40")
              .refusal(7) == not_once);
}

TEST_CASE("qemu-virt: test_reject_a_tree_without_a_timebase") {
    const std::string sentence = "device tree: no timebase-frequency";
    CHECK(Board().remove("/cpus", "timebase-frequency").refusal(7) == sentence);
    CHECK(Board().cells("/cpus", "timebase-frequency", {0}).refusal(7) == sentence);
    CHECK(Board().cells("/cpus", "timebase-frequency", {}).refusal(7) == sentence);
}

TEST_CASE("qemu-virt: Sstc is there where every usable hart has it, under its whole name") {
    CHECK(Board().read(7)->sstc);
    const auto with_isa = [](std::string_view isa) {
        Board board;
        board.text("/cpus/cpu@2", "riscv,isa", isa);
        return board;
    };
    CHECK(with_isa("rv64imafdc_sstc").read(7)->sstc);
    CHECK(with_isa("rv64imafdc_sstc_zba").read(7)->sstc);
    for (const std::string_view isa :
         {"rv64imafdc", "rv64imafdc_sstcx", "rv64imafdc_xsstc", "rv64imafdc_ss_tc", "_"}) {
        INFO(isa);
        CHECK_FALSE(with_isa(isa).read(7)->sstc);
    }
    CHECK_FALSE(Board().remove("/cpus/cpu@2", "riscv,isa").read(7)->sstc);
    CHECK(with_isa("rv64imafdc").disable("/cpus/cpu@2").read(7)->sstc);
}

TEST_CASE("qemu-virt: doorbells of several SSWI devices, each of some of the harts") {
    Board board;
    board.cells("/soc/sswi@2f00000", "interrupts-extended", {0x17, 1});
    board.add_node("/soc", "sswi@3f00000")
        .text("/soc/sswi@3f00000", "compatible", "riscv,aclint-sswi")
        .cells("/soc/sswi@3f00000", "reg", {0, 0x3f0'0000, 0, 0x4000})
        .cells("/soc/sswi@3f00000", "interrupts-extended", {0x12, 1, 0x140, 1});
    CHECK(doorbells_of(board.read(7)) == "2f00000 3f00000 3f00004");
    CHECK(doorbells_of(board.disable("/soc/sswi@3f00000").read(7)) == "2f00000 0 0");
}

TEST_CASE("qemu-virt: a hart that no SSWI names has no doorbell, and SBI must ring") {
    constexpr const char* sswi = "/soc/sswi@2f00000";
    const auto with_targets = [](std::initializer_list<std::uint32_t> cells) {
        return doorbells_of(Board().cells(sswi, "interrupts-extended", cells).read(7));
    };
    CHECK(with_targets({0x17, 1, 0x140, 1}) == "2f00000 0 2f00004");
    CHECK(with_targets({}) == "0 0 0");
    CHECK(with_targets({0x17}) == "0 0 0");                   // half a pair
    CHECK(with_targets({0x99, 1, 0x12, 1}) == "0 2f00004 0"); // a handle that is nobody's
    CHECK(with_targets({0, 1, 0, 1, 0, 1}) == "0 0 0");
    CHECK(doorbells_of(Board().remove(sswi, "interrupts-extended").read(7)) == "0 0 0");
    CHECK(doorbells_of(Board().remove(sswi, "reg").read(7)) == "0 0 0");
    CHECK(doorbells_of(Board().remove_node(sswi).read(7)) == "0 0 0");
    CHECK(doorbells_of(Board().text(sswi, "compatible", "riscv,aclint-mswi").read(7)) == "0 0 0");
}

TEST_CASE("qemu-virt: a hart without interrupt controller or phandle has no doorbell") {
    constexpr const char* intc = "/cpus/cpu@2/interrupt-controller";
    CHECK(doorbells_of(Board().remove_node(intc).read(7)) == "2f00004 0 2f00000");
    CHECK(doorbells_of(Board().remove(intc, "phandle").read(7)) == "2f00004 0 2f00000");
    // Nor is a handle of 0 that of a hart without one.
    Board zero;
    zero.remove(intc, "phandle").cells("/soc/sswi@2f00000", "interrupts-extended", {0, 1});
    CHECK(doorbells_of(zero.read(7)) == "0 0 0");
}

TEST_CASE("qemu-virt: a doorbell lies inside its device") {
    const auto with_size = [](std::uint32_t size) {
        return doorbells_of(
            Board().cells("/soc/sswi@2f00000", "reg", {0, 0x2f0'0000, 0, size}).read(7));
    };
    CHECK(with_size(12) == "2f00004 2f00008 2f00000");
    CHECK(with_size(11) == "2f00004 0 2f00000");
    CHECK(with_size(4) == "0 0 2f00000");
    CHECK(with_size(3) == "0 0 0");
    CHECK(with_size(0) == "0 0 0");
}
