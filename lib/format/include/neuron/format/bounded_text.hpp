// SPDX-License-Identifier: MIT
//
// Text in a buffer of fixed size, filled through put. What does not fit is cut
// and the cut is visible: the last three bytes become "..." (INV-FORMAT-4).
//
// Rules: a value with one owner; copying copies the text.
// Context: any, interrupt and panic included; no lock, no allocation.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace neuron::format {

namespace detail {

// Appends behind the first `used` bytes; returns the new count, which equals
// the buffer's size when something was cut.
struct Appended {
    std::size_t used;
    bool truncated;
};
[[nodiscard]] Appended append(std::span<char> buffer, std::size_t used, std::string_view text);

} // namespace detail

template <std::size_t N>
class BoundedText {
    static_assert(N >= 3, "the mark of a cut needs three bytes");

  public:
    void put(std::string_view text) {
        const detail::Appended result = detail::append(bytes_, used_, text);
        used_ = result.used;
        truncated_ = truncated_ || result.truncated;
    }

    void clear() {
        used_ = 0;
        truncated_ = false;
    }

    [[nodiscard]] std::string_view view() const { return {bytes_, used_}; }
    [[nodiscard]] bool truncated() const { return truncated_; }

  private:
    std::size_t used_ = 0;
    bool truncated_ = false;
    char bytes_[N]; // only the first used_ bytes are ever read
};

} // namespace neuron::format
