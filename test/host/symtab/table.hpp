// SPDX-License-Identifier: MIT
// Tables in the format that tools/symtab.py writes, right and wrong ones.
#pragma once

#include <neuron/symtab/symtab.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace symtab_test {

struct Function {
    std::uint32_t start;
    std::string name;
};

class Table {
  public:
    explicit Table(const std::vector<Function>& functions) {
        const auto count = static_cast<std::uint32_t>(functions.size());
        word(count);
        for (const Function& each : functions)
            word(each.start);
        std::uint32_t name = 4 * (1 + 2 * count);
        for (const Function& each : functions) {
            word(name);
            name += static_cast<std::uint32_t>(each.name.size()) + 1;
        }
        for (const Function& each : functions)
            for (std::size_t i = 0; i <= each.name.size(); ++i)
                bytes_.push_back(static_cast<std::byte>(each.name.c_str()[i]));
    }

    void poke(std::size_t index, std::uint32_t value) {
        std::memcpy(bytes_.data() + 4 * index, &value, 4);
    }
    std::vector<std::byte>& bytes() { return bytes_; }
    [[nodiscard]] const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    void word(std::uint32_t value) {
        bytes_.resize(bytes_.size() + 4);
        poke(bytes_.size() / 4 - 1, value);
    }
    std::vector<std::byte> bytes_;
};

/// A heap block of exactly these bytes, so that the sanitizer sees a read behind them.
class Exact {
  public:
    explicit Exact(std::span<const std::byte> bytes)
        : size_(bytes.size()), block_(std::make_unique<std::byte[]>(bytes.size())) {
        std::ranges::copy(bytes, block_.get());
    }
    [[nodiscard]] std::span<const std::byte> bytes() const { return {block_.get(), size_}; }

  private:
    std::size_t size_;
    std::unique_ptr<std::byte[]> block_;
};

inline std::string told(const std::optional<neuron::symtab::Place>& place) {
    return place ? std::string(place->name) + "+" + std::to_string(place->offset) : "nothing";
}

/// That a name, if there is one, lies in the table and ends where a NUL or the table does.
inline bool lies_inside(const std::optional<neuron::symtab::Place>& place,
                        std::span<const std::byte> table) {
    if (!place)
        return true;
    const char* const first = reinterpret_cast<const char*>(table.data());
    const char* const name = place->name.data();
    if (name < first || name + place->name.size() > first + table.size())
        return false;
    const bool ended =
        name + place->name.size() == first + table.size() || name[place->name.size()] == '\0';
    return ended && place->name.find('\0') == place->name.npos;
}

} // namespace symtab_test
