// SPDX-License-Identifier: MIT
#include "board.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <libfdt.h>
#include <sstream>

namespace board_test {
namespace {

constexpr std::size_t room = 4096; // for what a test adds

std::vector<std::byte> load(const std::string& name) {
    const char* const folder = std::getenv("FDT_TREES");
    const auto path = std::filesystem::path(folder != nullptr ? folder : ".") / (name + ".dtb");
    REQUIRE_MESSAGE(std::filesystem::is_regular_file(path), path.string());
    std::vector<char> letters(std::filesystem::file_size(path));
    std::ifstream(path, std::ios::binary)
        .read(letters.data(), static_cast<std::streamsize>(letters.size()));
    std::vector<std::byte> bytes(letters.size());
    std::memcpy(bytes.data(), letters.data(), letters.size());
    return bytes;
}

void append(std::vector<std::byte>& to, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        to.push_back(static_cast<std::byte>(value >> shift));
}

} // namespace

Board::Board(const std::string& name) {
    const auto file = load(name);
    tree_.resize(fdt_totalsize(file.data()) + room);
    REQUIRE(fdt_open_into(file.data(), tree_.data(), static_cast<int>(tree_.size())) == 0);
}

int Board::node(const char* path) const {
    const int found = fdt_path_offset(tree_.data(), path);
    REQUIRE_MESSAGE(found >= 0, path);
    return found;
}

Board& Board::set(const char* path, const char* name, std::span<const std::byte> value) {
    const int size = static_cast<int>(value.size());
    REQUIRE(fdt_setprop(tree_.data(), node(path), name, value.data(), size) == 0);
    return *this;
}

Board& Board::cells(const char* path, const char* name,
                    std::initializer_list<std::uint32_t> values) {
    std::vector<std::byte> bytes;
    for (const std::uint32_t value : values)
        append(bytes, value);
    return set(path, name, bytes);
}

Board& Board::wide(const char* path, const char* name, std::uint64_t value) {
    return cells(path, name,
                 {static_cast<std::uint32_t>(value >> 32), static_cast<std::uint32_t>(value)});
}

Board& Board::text(const char* path, const char* name, std::string_view value) {
    const std::string ended(value);
    return set(path, name, std::as_bytes(std::span(ended.c_str(), ended.size() + 1)));
}

Board& Board::remove(const char* path, const char* name) {
    REQUIRE(fdt_delprop(tree_.data(), node(path), name) == 0);
    return *this;
}

Board& Board::remove_node(const char* path) {
    REQUIRE(fdt_del_node(tree_.data(), node(path)) == 0);
    return *this;
}

Board& Board::add_node(const char* path, const char* name) {
    REQUIRE(fdt_add_subnode(tree_.data(), node(path), name) >= 0);
    return *this;
}

Board& Board::initrd(std::uint32_t start, std::uint32_t end) {
    return cells("/chosen", "linux,initrd-start", {start})
        .cells("/chosen", "linux,initrd-end", {end});
}

std::vector<std::uint64_t> Board::harts() const {
    const void* const tree = tree_.data();
    std::vector<std::uint64_t> found;
    int cpu = 0;
    fdt_for_each_subnode(cpu, tree, node("/cpus")) {
        int size = 0;
        const void* const type = fdt_getprop(tree, cpu, "device_type", &size);
        if (type == nullptr || size != 4 || std::memcmp(type, "cpu", 4) != 0)
            continue;
        const void* const status = fdt_getprop(tree, cpu, "status", &size);
        if (status != nullptr && std::string_view(static_cast<const char*>(status)) != "okay")
            continue;
        const void* const reg = fdt_getprop(tree, cpu, "reg", &size);
        REQUIRE(size == 4);
        found.push_back(fdt32_ld(static_cast<const fdt32_t*>(reg)));
    }
    return found;
}

std::vector<std::byte> Board::packed() const {
    auto copy = tree_;
    REQUIRE(fdt_pack(copy.data()) == 0);
    copy.resize(fdt_totalsize(copy.data()));
    return copy;
}

Result Board::read(std::uint64_t boot_hart, neuron::fdt::Region where) {
    const auto bytes = packed();
    exact_ = std::make_unique<std::byte[]>(bytes.size());
    std::ranges::copy(bytes, exact_.get());
    auto result = read_bytes({exact_.get(), bytes.size()}, boot_hart, where);
    REQUIRE(result.has_value());
    return *result;
}

std::string Board::refusal(std::uint64_t boot_hart, neuron::fdt::Region where) {
    const Result machine = read(boot_hart, where);
    return machine ? "accepted" : std::string(machine.error());
}

std::optional<Result> read_bytes(std::span<const std::byte> bytes, std::uint64_t boot_hart,
                                 neuron::fdt::Region where) {
    const auto tree = neuron::fdt::Tree::open(bytes);
    if (!tree)
        return {};
    return neuron::plat::read_machine(*tree, neuron::core::HartId{boot_hart}, where);
}

std::string harts_of(const Result& machine) {
    REQUIRE_MESSAGE(machine.has_value(), (machine ? "" : std::string(machine.error())));
    std::ostringstream out;
    for (std::uint32_t cpu = 0; cpu < machine->cpus.size(); ++cpu)
        out << (cpu == 0 ? "" : " ") << machine->cpus.hart_of(neuron::core::CpuId{cpu}).value;
    return out.str();
}

std::string doorbells_of(const Result& machine) {
    REQUIRE_MESSAGE(machine.has_value(), (machine ? "" : std::string(machine.error())));
    std::ostringstream out;
    for (std::uint32_t cpu = 0; cpu < machine->cpus.size(); ++cpu)
        out << (cpu == 0 ? "" : " ") << std::hex << machine->doorbell[cpu];
    return out.str();
}

} // namespace board_test
