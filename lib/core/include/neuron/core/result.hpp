// SPDX-License-Identifier: MIT
// Answers that may be refusals. Full is an answer; a broken invariant ends the image.
#pragma once

#include <neuron/core/send.hpp>

#include <expected>

namespace neuron::core {

/// A T, or why there is none. To drop one is a warning, so an error of the build.
template <class T, class E>
class [[nodiscard]] Result : public std::expected<T, E> {
  public:
    using std::expected<T, E>::expected;

    // std::expected's own comparisons take a Result on either side for a value: they ask for
    // themselves, or find no best one. These match a Result exactly.
    friend constexpr bool operator==(const Result& left, const std::expected<T, E>& right) {
        return left.plain() == right;
    }
    /// With another Result, a value, or an error in std::unexpected.
    template <class U>
    friend constexpr bool operator==(const Result& left, const U& right) {
        return left.plain() == right;
    }

  private:
    [[nodiscard]] constexpr const std::expected<T, E>& plain() const { return *this; }
};

/// A refusal that gives the value back: nothing is lost.
template <class T, class E>
struct Refused {
    E reason;
    T value;
};

// SAFETY: it has a base, so it is not derived; it is that base and nothing else.
template <class T, class E>
inline constexpr bool unsafe_send<Result<T, E>> = Send<std::expected<T, E>>;
template <class T, class E>
inline constexpr bool unsafe_sync<Result<T, E>> = Sync<std::expected<T, E>>;

} // namespace neuron::core
