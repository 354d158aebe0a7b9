// SPDX-License-Identifier: MIT
// A piece of work for later: a captureless function and its arguments, by value. It is kept by
// whoever runs it, in as many bytes as that one gives. Not atomic; no context of its own.
#pragma once

#include <neuron/core/send.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>
#include <utility>

namespace neuron::core {
namespace detail {

/// Where argument I of Args begins: they stand side by side, without gaps.
template <std::size_t I, class... Args>
consteval std::size_t offset_of_argument() {
    std::size_t sum = 0;
    std::size_t index = 0;
    ((sum += index++ < I ? sizeof(Args) : 0), ...);
    return sum;
}

template <class T>
void put_bytes(std::byte* place, const T& value) {
    const auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
    std::copy(bytes.begin(), bytes.end(), place);
}

template <class T>
T get_bytes(const std::byte* place) {
    std::array<std::byte, sizeof(T)> bytes;
    std::copy_n(place, sizeof(T), bytes.begin());
    return std::bit_cast<T>(bytes);
}

} // namespace detail

/// Runs as function(given..., args...): `given` is what whoever runs it has to give.
template <std::size_t Bytes, class... Given>
class Work {
  public:
    constexpr Work() = default; ///< nothing

    template <class F, class... Args>
    [[nodiscard]] static Work make(F, Args... args) {
        static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                      "Work: a captureless callable is wanted: pass data as arguments");
        static_assert((Send<Args> && ...),
                      "Work: an argument must be Send (no pointer, reference or span)");
        static_assert((std::is_trivially_copyable_v<Args> && ...) &&
                          (sizeof(Args) + ... + 0) <= Bytes,
                      "Work: the arguments are copied, and must fit");
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            Work work;
            (detail::put_bytes(work.arguments_.data() + detail::offset_of_argument<I, Args...>(),
                               args),
             ...);
            work.run_ = [](const Work& self, Given... given) {
                F{}(std::forward<Given>(given)...,
                    detail::get_bytes<Args>(self.arguments_.data() +
                                            detail::offset_of_argument<I, Args...>())...);
            };
            return work;
        }(std::index_sequence_for<Args...>{});
    }

    [[nodiscard]] bool is_empty() const { return run_ == nullptr; }
    /// It is not empty.
    void run(Given... given) const { run_(*this, std::forward<Given>(given)...); }

  private:
    void (*run_)(const Work&, Given...) = nullptr;
    std::array<std::byte, Bytes> arguments_{};
};

} // namespace neuron::core
