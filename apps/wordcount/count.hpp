// SPDX-License-Identifier: MIT
// Counting as wc does in the C locale, in a form that can be split: counts of two neighbouring
// parts join into the counts of the whole, whatever the word that straddles them.
#pragma once

#include <neuron/core/frozen.hpp>

#include <cstddef>
#include <cstdint>

namespace wordcount {

/// What one part of a text says. Words that end inside the part are counted in `words`; a word
/// that is still open at its end stands in `open`.
struct Counts {
    std::uint64_t lines = 0;
    std::uint64_t words = 0;
    std::uint64_t bytes = 0;
    bool has_space = false;      ///< the part has a space anywhere
    bool head_has_print = false; ///< a printable byte stands before the first space
    bool open = false;           ///< a printable byte stands after the last space

    [[nodiscard]] std::uint64_t total_words() const { return words + (open ? 1 : 0); }
};

/// wc takes white space as the end of a word, printable bytes as the inside of one, and passes
/// over all other bytes.
constexpr bool is_space(unsigned char byte) {
    return byte == ' ' || (byte >= 9 && byte <= 13);
}
constexpr bool is_print(unsigned char byte) {
    return byte > ' ' && byte < 0x7f;
}

inline Counts count(const neuron::core::Frozen<std::byte>& text) {
    Counts counts;
    counts.bytes = text.size();
    for (const std::byte each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (is_space(byte)) {
            counts.lines += byte == '\n';
            counts.words += counts.open;
            counts.open = false;
            counts.has_space = true;
        } else if (is_print(byte)) {
            counts.open = true;
            counts.head_has_print = counts.head_has_print || !counts.has_space;
        }
    }
    return counts;
}

/// The counts of `left` followed by `right`.
inline Counts join(const Counts& left, const Counts& right) {
    Counts both;
    both.lines = left.lines + right.lines;
    both.bytes = left.bytes + right.bytes;
    both.words = left.words + right.words;
    // The word open at the end of `left` ends at the first space of `right`, where `right` has
    // counted it already if its own head is printable.
    if (right.has_space && left.open && !right.head_has_print)
        ++both.words;
    both.has_space = left.has_space || right.has_space;
    both.head_has_print =
        left.has_space ? left.head_has_print : left.head_has_print || right.head_has_print;
    both.open = right.has_space ? right.open : left.open || right.open;
    return both;
}

} // namespace wordcount
