// SPDX-License-Identifier: MIT
//
// Words read as `key=value` or `key`.
//
// Rules: the key ends at the first '='; a word without one has an empty value.
// Context: any; pure functions over words that somebody else keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace neuron::args {

struct Parameter {
    std::string_view key;
    std::string_view value;
};

[[nodiscard]] Parameter to_parameter(std::string_view word);

// The value of the last word with this key.
[[nodiscard]] std::optional<std::string_view>
find_parameter(std::span<const std::string_view> words, std::string_view key);

// For `for (const Parameter parameter : parsed.parameters())`.
class ParameterRange {
  public:
    class Iterator {
      public:
        explicit Iterator(const std::string_view* word) : word_{word} {}
        Parameter operator*() const { return to_parameter(*word_); }
        Iterator& operator++() {
            ++word_;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

      private:
        const std::string_view* word_;
    };

    explicit ParameterRange(std::span<const std::string_view> words) : words_{words} {}

    [[nodiscard]] Iterator begin() const { return Iterator{words_.data()}; }
    [[nodiscard]] Iterator end() const { return Iterator{words_.data() + words_.size()}; }
    [[nodiscard]] std::size_t size() const { return words_.size(); }

  private:
    std::span<const std::string_view> words_;
};

// Decimal, or hexadecimal behind "0x". The whole text or nothing: no sign, no
// spaces, no overflow.
[[nodiscard]] std::optional<std::uint64_t> parse_unsigned(std::string_view text);

} // namespace neuron::args
