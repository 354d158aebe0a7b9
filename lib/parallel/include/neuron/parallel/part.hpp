// SPDX-License-Identifier: MIT
// What one call may write: a part of an array, which it can split for two others.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/send.hpp>

#include <span>
#include <utility>

namespace neuron::parallel {

/// INV-PARALLEL-2: no element is in two Parts. It moves, and is not copied.
template <class T>
class Part {
  public:
    /// All of `elements`, which nobody else touches until every call that has a Part of them has
    /// ended.
    explicit Part(std::span<T> elements) : elements_(elements) {}
    Part(Part&& other) noexcept : elements_(std::exchange(other.elements_, {})) {}
    Part& operator=(Part&& other) noexcept {
        elements_ = std::exchange(other.elements_, {});
        return *this;
    }

    [[nodiscard]] std::size_t size() const { return elements_.size(); }
    /// `index` is below size().
    [[nodiscard]] T& operator[](std::size_t index) { return elements_[index]; }
    [[nodiscard]] T* begin() { return elements_.data(); }
    [[nodiscard]] T* end() { return elements_.data() + elements_.size(); }

    /// The first `count` elements, which this one has no more.
    [[nodiscard]] Part take_first(std::size_t count) {
        core::check(count <= size(), "Part: it has so many");
        Part first(elements_.first(count));
        elements_ = elements_.subspan(count);
        return first;
    }

  private:
    std::span<T> elements_;
};

template <class T, std::size_t N>
Part(std::span<T, N>) -> Part<T>;

} // namespace neuron::parallel

// SAFETY: a span is never derived; a Part is the only access to its elements while calls run
// (INV-PARALLEL-2), so handing it over hands over the elements, which may cross (Send<T>).
template <class T>
inline constexpr bool neuron::core::unsafe_send<neuron::parallel::Part<T>> = neuron::core::Send<T>;
