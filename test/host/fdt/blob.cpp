// SPDX-License-Identifier: MIT
#include "blob.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace fdt_test {
namespace {

void append(Bytes& to, std::uint32_t value) {
    to.resize(to.size() + 4);
    poke(to, to.size() - 4, value);
}

void append(Bytes& to, std::string_view bytes) {
    for (const char letter : bytes)
        to.push_back(static_cast<std::byte>(letter));
}

void pad(Bytes& bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
}

Bytes read_whole(const std::filesystem::path& path) {
    Bytes bytes(std::filesystem::file_size(path));
    std::vector<char> letters(bytes.size());
    std::ifstream{path, std::ios::binary}.read(letters.data(),
                                               static_cast<std::streamsize>(letters.size()));
    std::memcpy(bytes.data(), letters.data(), letters.size());
    return bytes;
}

} // namespace

std::uint32_t peek(std::span<const std::byte> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    }
    return value;
}

void poke(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 4; i-- > 0; value >>= 8)
        bytes[at + i] = static_cast<std::byte>(value);
}

Exact::Exact(std::span<const std::byte> bytes)
    : size_{bytes.size()}, block_{std::make_unique<std::byte[]>(bytes.size())} {
    std::ranges::copy(bytes, block_.get());
}

Maker& Maker::word(std::uint32_t value) {
    append(structure_, value);
    return *this;
}

Maker& Maker::begin(std::string_view name) {
    word(begin_node);
    append(structure_, name);
    structure_.push_back(std::byte{0});
    pad(structure_);
    return *this;
}

Maker& Maker::value(std::string_view name, std::string_view bytes) {
    word(prop).word(static_cast<std::uint32_t>(bytes.size())).word(string(name));
    append(structure_, bytes);
    pad(structure_);
    return *this;
}

Maker& Maker::cells(std::string_view name, std::initializer_list<std::uint32_t> cells) {
    word(prop).word(static_cast<std::uint32_t>(4 * cells.size())).word(string(name));
    for (const std::uint32_t cell : cells)
        word(cell);
    return *this;
}

Maker& Maker::raw(std::string_view bytes) {
    append(structure_, bytes);
    return *this;
}

Maker& Maker::reserve(std::uint64_t address, std::uint64_t size) {
    for (const std::uint64_t number : {address, size}) {
        append(reservations_, static_cast<std::uint32_t>(number >> 32));
        append(reservations_, static_cast<std::uint32_t>(number));
    }
    return *this;
}

std::uint32_t Maker::string(std::string_view name) {
    const auto at = static_cast<std::uint32_t>(strings_.size());
    append(strings_, name);
    strings_.push_back(std::byte{0});
    return at;
}

Bytes Maker::blob() const {
    const auto reservations_size = static_cast<std::uint32_t>(reservations_.size()) + 16;
    const auto structure_size = static_cast<std::uint32_t>(structure_.size());
    const auto strings_size = static_cast<std::uint32_t>(strings_.size());
    const std::uint32_t structure = 40 + reservations_size;
    const std::uint32_t strings = structure + structure_size;
    Bytes bytes;
    for (const std::uint32_t field : {0xd00dfeedU, strings + strings_size, structure, strings, 40U,
                                      17U, 16U, 0U, strings_size, structure_size}) {
        append(bytes, field);
    }
    bytes.insert(bytes.end(), reservations_.begin(), reservations_.end());
    bytes.resize(bytes.size() + 16);
    bytes.insert(bytes.end(), structure_.begin(), structure_.end());
    bytes.insert(bytes.end(), strings_.begin(), strings_.end());
    return bytes;
}

std::vector<Stored> stored_trees() {
    std::vector<Stored> trees;
    const char* const folder = std::getenv("FDT_TREES");
    if (folder == nullptr || !std::filesystem::is_directory(folder))
        return trees;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".dtb")
            continue;
        trees.push_back({entry.path().stem().string(), read_whole(entry.path())});
    }
    std::ranges::sort(trees, {}, &Stored::name);
    return trees;
}

Bytes stored_tree(std::string_view name) {
    const char* const folder = std::getenv("FDT_TREES");
    if (folder == nullptr)
        return {};
    const auto path = std::filesystem::path{folder} / (std::string{name} + ".dtb");
    return std::filesystem::exists(path) ? read_whole(path) : Bytes{};
}

std::string outcome(const std::expected<neuron::fdt::Tree, neuron::fdt::Error>& tree) {
    return tree ? "accepted" : std::string{to_string(tree.error())};
}

std::string open_outcome(std::span<const std::byte> blob) {
    const Exact exact{blob};
    return outcome(neuron::fdt::Tree::open(exact.bytes()));
}

} // namespace fdt_test
