// SPDX-License-Identifier: MIT
#include <neuron/symtab/feature.hpp>

#include <cstring>

// From the linker script: the start of the image, and the table that the build put into it.
extern "C" const std::byte __image_start[], __symbol_table_start[], __symbol_table_end[];

namespace neuron::symtab {
namespace {

/// The table: a count, then as many ascending distances, as many offsets of names, then names.
class Words {
  public:
    explicit Words(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// Word `index`; past the end all words are the largest.
    [[nodiscard]] std::uint32_t operator[](std::size_t index) const {
        std::uint32_t word = ~std::uint32_t{0};
        if (index < bytes_.size() / sizeof(word))
            std::memcpy(&word, bytes_.data() + index * sizeof(word), sizeof(word));
        return word;
    }

  private:
    std::span<const std::byte> bytes_;
};

} // namespace

std::optional<Place> look_up(std::span<const std::byte> table, std::uint64_t distance) {
    const Words words(table);
    const std::size_t count = words[0];
    if (count == 0 || count > table.size() / 8 || distance < words[1])
        return {};
    // The last function that starts at or before the distance.
    std::size_t low = 0;
    std::size_t high = count;
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (words[1 + middle] <= distance ? low : high) = middle;
    }
    const std::size_t name = words[1 + count + low];
    if (name >= table.size())
        return {};
    // SAFETY: characters inside the table.
    const std::string_view rest(reinterpret_cast<const char*>(table.data()) + name,
                                table.size() - name);
    const std::string_view found = rest.substr(0, rest.find('\0'));
    if (found.empty())
        return {}; // behind the last function
    return Place{found, distance - words[1 + low]};
}

std::optional<Place> describe(std::uintptr_t address) {
    // SAFETY: addresses of the linker script's, subtracted; the table lies between its two.
    const auto start = reinterpret_cast<std::uintptr_t>(__image_start);
    const auto size =
        static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(__symbol_table_end) -
                                 reinterpret_cast<std::uintptr_t>(__symbol_table_start));
    return look_up({__symbol_table_start, size}, address - start);
}

} // namespace neuron::symtab
