// SPDX-License-Identifier: MIT
// Memory, devices and what /chosen says, of boards that QEMU does not make.
#include <doctest/doctest.h>
#include <string>

#include "board.hpp"

using namespace board_test;
using namespace neuron;

namespace {

constexpr const char* memory = "/memory@80000000";
constexpr const char* start = "linux,initrd-start";
constexpr const char* end = "linux,initrd-end";

const std::string no_memory =
    "device tree: no memory region holds the image; give it more memory (MEM=)";
const std::string no_sense = "device tree: the bounds of the input file make no sense";
const std::string no_room = "the input file does not fit into memory: give it more (MEM=)";
const std::string overlaps =
    "the input file overlaps the image or the device tree: more memory (MEM=)";

std::uint64_t address_of(std::span<const std::byte> bytes) {
    return reinterpret_cast<std::uintptr_t>(bytes.data());
}

/// The input's place, "none", or the error.
std::string input_of(Board& board, fdt::Region where = image) {
    const Result machine = board.read(7, where);
    if (!machine)
        return std::string(machine.error());
    if (!machine->input)
        return "none";
    return std::to_string(address_of(*machine->input)) + "+" +
           std::to_string(machine->input->size());
}

std::string input_between(std::uint32_t first, std::uint32_t last) {
    Board board;
    return input_of(board.initrd(first, last));
}

std::string place(std::uint64_t address, std::uint64_t size) {
    return std::to_string(address) + "+" + std::to_string(size);
}

Board with_memory(std::initializer_list<std::uint32_t> reg) {
    Board board;
    board.cells(memory, "reg", reg);
    return board;
}

} // namespace

TEST_CASE("qemu-virt: memory is the region that holds the whole image") {
    Board two = with_memory({0, 0x1000, 0, 0x1000, 0, 0x8000'0000, 0, 0x800'0000});
    CHECK(two.read(7)->memory == fdt::Region{0x8000'0000, 0x800'0000});
    Board nodes;
    nodes.add_node("/", "memory@1000")
        .text("/memory@1000", "device_type", "memory")
        .cells("/memory@1000", "reg", {0, 0x1000, 0, 0x1000});
    CHECK(nodes.read(7)->memory == fdt::Region{0x8000'0000, 0x1000'0000});
    Board exact = with_memory({0, 0x8020'0000, 0, 0x10'0000});
    CHECK(exact.read(7)->memory == image);
}

TEST_CASE("qemu-virt: test_reject_memory_that_does_not_hold_the_image") {
    CHECK(with_memory({0, 0x8020'0000, 0, 0xf'ffff}).refusal(7) == no_memory);
    CHECK(with_memory({0, 0x8020'0001, 0, 0x10'0000}).refusal(7) == no_memory);
    CHECK(with_memory({0, 0x9000'0000, 0, 0x1000'0000}).refusal(7) == no_memory);
    CHECK(with_memory({0, 0, 0, 0x8000'0000}).refusal(7) == no_memory);
    CHECK(with_memory({0, 0x8000'0000, 0, 0}).refusal(7) == no_memory);
    // Two halves are no whole.
    CHECK(with_memory({0, 0x8020'0000, 0, 0x8'0000, 0, 0x8028'0000, 0, 0x8'0000}).refusal(7) ==
          no_memory);
}

TEST_CASE("qemu-virt: test_reject_memory_that_is_no_memory") {
    CHECK(Board().disable(memory).refusal(7) == no_memory);
    CHECK(Board().text(memory, "device_type", "flash").refusal(7) == no_memory);
    CHECK(Board().remove(memory, "reg").refusal(7) == no_memory);
    CHECK(with_memory({0, 0x8000'0000, 0}).refusal(7) == no_memory);
    CHECK(Board().remove_node(memory).refusal(7) == no_memory);
}

TEST_CASE("qemu-virt: memory may reach the very end of all addresses") {
    Board board = with_memory({0, 0x8000'0000, 0xffff'ffff, 0x7fff'ffff});
    CHECK(board.read(7)->memory == fdt::Region{0x8000'0000, 0xffff'ffff'7fff'ffff});
}

TEST_CASE("qemu-virt: test_reject_memory_that_wraps_around") {
    // Its end would be below its start, and every sum over it would be wrong.
    CHECK(with_memory({0, 0x8000'0000, 0xffff'ffff, 0xffff'ffff}).refusal(7) == no_memory);
    CHECK(with_memory({0xffff'ffff, 0xffff'f000, 0, 0xf000'0000}).refusal(7) == no_memory);
}

TEST_CASE("qemu-virt: test_reject_an_image_that_lies_nowhere_near") {
    CHECK(Board().refusal(7, {~std::uint64_t{0} - 0xfff, 0x1000}) == no_memory);
    CHECK(Board().refusal(7, {0x8fff'ffff, 2}) == no_memory);
    CHECK(Board().refusal(7, {0x8020'0000, ~std::uint64_t{0}}) == no_memory);
}

TEST_CASE("qemu-virt: the input is what /chosen bounds, in cells of 32 or 64 bits") {
    CHECK(input_between(0x8400'0000, 0x8400'0123) == place(0x8400'0000, 0x123));
    Board wide;
    wide.wide("/chosen", start, 0x8400'0000).wide("/chosen", end, 0x8400'0123);
    CHECK(input_of(wide) == place(0x8400'0000, 0x123));
    Board mixed;
    mixed.cells("/chosen", start, {0x8400'0000}).wide("/chosen", end, 0x8400'0123);
    CHECK(input_of(mixed) == place(0x8400'0000, 0x123));
    Board high = with_memory({0, 0x8000'0000, 4, 0});
    high.wide("/chosen", start, 0x3'0000'0000).wide("/chosen", end, 0x3'8000'0000);
    CHECK(input_of(high) == place(0x3'0000'0000, 0x8000'0000));
}

TEST_CASE("qemu-virt: an input may touch the image and the bounds of memory, and may be empty") {
    CHECK(input_between(0x8000'0000, 0x8020'0000) == place(0x8000'0000, 0x20'0000));
    CHECK(input_between(0x8030'0000, 0x9000'0000) == place(0x8030'0000, 0xfd0'0000));
    CHECK(input_between(0x8400'0000, 0x8400'0000) == place(0x8400'0000, 0));
}

TEST_CASE("qemu-virt: no input is not an empty one") {
    Board board;
    CHECK(input_of(board) == "none");
    CHECK(input_of(board.remove_node("/chosen")) == "none");
}

TEST_CASE("qemu-virt: test_reject_an_input_whose_bounds_make_no_sense") {
    CHECK(input_between(0x8400'0123, 0x8400'0000) == no_sense);
    CHECK(input_between(0x8400'0000, 0) == no_sense);
    CHECK(Board().cells("/chosen", start, {0x8400'0000}).refusal(7) == no_sense);
    CHECK(Board().cells("/chosen", end, {0x8400'0000}).refusal(7) == no_sense);
    CHECK(Board()
              .cells("/chosen", start, {0x8400'0000})
              .cells("/chosen", end, {0, 0, 0x8400'0123})
              .refusal(7) == no_sense);
}

TEST_CASE("qemu-virt: test_reject_an_input_whose_bounds_are_both_malformed") {
    // There is an input, and nobody can say where; an image that goes on without it is wrong.
    Board board;
    board.cells("/chosen", start, {0, 0, 0x8400'0000}).cells("/chosen", end, {0, 0, 0x8400'0123});
    CHECK(input_of(board) == no_sense);
}

TEST_CASE("qemu-virt: test_reject_an_input_outside_memory") {
    CHECK(input_between(0x7000'0000, 0x7000'1000) == no_room);
    CHECK(input_between(0x7fff'ffff, 0x8000'0001) == no_room);
    CHECK(input_between(0x8fff'ffff, 0x9000'0001) == no_room);
    CHECK(input_between(0, 0xffff'ffff) == no_room);
    Board huge;
    huge.wide("/chosen", start, 0x8400'0000).wide("/chosen", end, ~std::uint64_t{0});
    CHECK(input_of(huge) == no_room);
    Board top;
    top.wide("/chosen", start, ~std::uint64_t{0} - 1).wide("/chosen", end, ~std::uint64_t{0});
    CHECK(input_of(top) == no_room);
}

TEST_CASE("qemu-virt: test_reject_an_input_that_overlaps_the_image") {
    CHECK(input_between(0x801f'ffff, 0x8020'0001) == overlaps);
    CHECK(input_between(0x802f'ffff, 0x8030'0001) == overlaps);
    CHECK(input_between(0x8028'0000, 0x8028'0001) == overlaps);
    CHECK(input_between(0x8000'0000, 0x9000'0000) == overlaps);
    Board all = with_memory({0, 0, 0xffff'ffff, 0xffff'ffff});
    all.wide("/chosen", start, 0).wide("/chosen", end, ~std::uint64_t{0});
    CHECK(input_of(all) == overlaps);
}

TEST_CASE("qemu-virt: test_reject_an_input_that_overlaps_the_device_tree") {
    // The bytes of the tree lie where this process has them, so all addresses are memory here.
    Board board = with_memory({0, 0, 0xffff'ffff, 0xffff'ffff});
    board.wide("/chosen", start, 0).wide("/chosen", end, 0); // no change of size below
    const Result machine = board.read(7);
    REQUIRE(machine.has_value());
    auto bytes = board.packed();
    const auto poke = [&](std::uint64_t from, std::uint64_t to) {
        // Both properties hold zeros now, in a copy that stays at its place.
        Board edited = with_memory({0, 0, 0xffff'ffff, 0xffff'ffff});
        const auto moved = edited.wide("/chosen", start, from).wide("/chosen", end, to).packed();
        REQUIRE(moved.size() == bytes.size());
        std::copy(moved.begin(), moved.end(), bytes.begin());
        const auto result = read_bytes(bytes, 7);
        REQUIRE(result.has_value());
        return result->has_value() ? "accepted" : std::string(result->error());
    };
    const std::uint64_t first = address_of(bytes);
    const std::uint64_t last = first + bytes.size();
    CHECK(poke(first, last) == overlaps);
    CHECK(poke(first - 8, first + 1) == overlaps);
    CHECK(poke(last - 1, last + 8) == overlaps);
    CHECK(poke(first - 8, first) == "accepted");
    CHECK(poke(last, last + 8) == "accepted");
}

TEST_CASE("qemu-virt: bootargs are the text of /chosen, or none") {
    Board board;
    CHECK(board.read(7)->bootargs.text() == "one two=2");
    CHECK(board.text("/chosen", "bootargs", "").read(7)->bootargs.text() == "");
    CHECK(board.remove("/chosen", "bootargs").read(7)->bootargs.text() == "");
    CHECK(board.remove_node("/chosen").read(7)->bootargs.text() == "");
}

TEST_CASE("qemu-virt: test_reject_bootargs_that_are_not_one_string") {
    const std::string sentence = "device tree: bootargs is not one string";
    using namespace std::string_view_literals;
    CHECK(Board().text("/chosen", "bootargs", "one\0two"sv).refusal(7) == sentence);
    CHECK(Board().cells("/chosen", "bootargs", {0x61626364}).refusal(7) == sentence);
    CHECK(Board().cells("/chosen", "bootargs", {}).refusal(7) == sentence);
}

TEST_CASE("qemu-virt: the console is what stdout-path names, with or without a baud rate") {
    Board board;
    CHECK(board.read(7)->uart == 0x1000'0000);
    for (const std::string_view path :
         {"/soc/serial@20000000", "/soc/serial@20000000:115200n8", "/soc/serial@20000000:"}) {
        INFO(path);
        const Result machine = board.text("/chosen", "stdout-path", path).read(7);
        REQUIRE(machine.has_value());
        CHECK(machine->uart == 0x2000'0000);
        CHECK(machine->uart_shift == 2);
    }
    const Result machine =
        board.text("/chosen", "stdout-path", "/soc/serial@10000000:9600").read(7);
    REQUIRE(machine.has_value());
    CHECK(machine->uart == 0x1000'0000);
    CHECK(machine->uart_shift == 0);
}

TEST_CASE("qemu-virt: where stdout-path helps nothing the console is the first NS16550") {
    for (const std::string_view path : {"", ":", "/nowhere", "serial0", "serial0:115200n8",
                                        "/soc/test@100000", "/soc/serial@30000000"}) {
        INFO(path);
        CHECK(Board().text("/chosen", "stdout-path", path).read(7)->uart == 0x2000'0000);
    }
    CHECK(Board().remove("/chosen", "stdout-path").read(7)->uart == 0x2000'0000);
    CHECK(Board().remove_node("/chosen").read(7)->uart == 0x2000'0000);
}

TEST_CASE("qemu-virt: test_reject_a_disabled_uart_as_the_console") {
    Board board;
    board.remove("/chosen", "stdout-path").disable("/soc/serial@20000000");
    CHECK(board.read(7)->uart == 0x1000'0000);
}

TEST_CASE("qemu-virt: without a usable uart or finisher those of the board serve") {
    Board board;
    board.remove_node("/soc/serial@10000000").remove_node("/soc/serial@20000000");
    board.remove_node("/soc/test@100000");
    const Result none = board.read(7);
    REQUIRE(none.has_value());
    CHECK(none->uart == 0x1000'0000);
    CHECK(none->uart_shift == 0);
    CHECK(none->finisher == 0x10'0000);

    const Result broken = Board()
                              .remove("/soc/serial@10000000", "reg")
                              .cells("/soc/serial@10000000", "reg-shift", {2})
                              .remove("/soc/test@100000", "reg")
                              .read(7);
    REQUIRE(broken.has_value());
    CHECK(broken->uart == 0x1000'0000);
    CHECK(broken->uart_shift == 0);
    CHECK(broken->finisher == 0x10'0000);
}

TEST_CASE(
    "qemu-virt: test_reject_devices_in_memory: the board's own serve, and the firmware rings") {
    const Result machine = Board()
                               .cells("/soc/serial@10000000", "reg", {0, 0x8020'0000, 0, 0x100})
                               .cells("/soc/test@100000", "reg", {0, 0x8ff0'0000, 0, 0x1000})
                               .cells("/soc/sswi@2f00000", "reg", {0, 0x8000'0000, 0, 0x4000})
                               .read(7);
    REQUIRE(machine.has_value());
    CHECK(machine->uart == 0x1000'0000);
    CHECK(machine->finisher == 0x10'0000);
    CHECK(doorbells_of(machine).find('8') == std::string::npos);
}

TEST_CASE("qemu-virt: uart and finisher are where the tree says") {
    const Result machine = Board()
                               .cells("/soc/serial@10000000", "reg", {1, 0x2000, 0, 0x100})
                               .cells("/soc/test@100000", "reg", {0, 0x20'0000, 0, 0x1000})
                               .read(7);
    REQUIRE(machine.has_value());
    CHECK(machine->uart == 0x1'0000'2000);
    CHECK(machine->finisher == 0x20'0000);
}
