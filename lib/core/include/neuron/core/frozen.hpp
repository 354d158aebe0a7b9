// SPDX-License-Identifier: MIT
// Data that never changes again and lives as long as the image: what many CPUs read at once
// without a lock. A Frozen<T> is a view of a run of Ts, two words, copied freely; nothing that
// can be reached through it can be written.
#pragma once

#include <neuron/core/part.hpp>
#include <neuron/core/ref.hpp>

#include <array>
#include <span>
#include <string_view>

namespace neuron::core {

/// INV-CORE-5: who has a Frozen may read its Ts on every CPU, for as long as the image runs; there
/// is no way to write them. Every context.
template <class T>
    requires Sync<T> && (!std::is_const_v<T>)
class Frozen {
  public:
    /// No elements.
    constexpr Frozen() = default;

    /// What a Ref refers to.
    constexpr explicit Frozen(Ref<const T> one) : view_(&*one, 1) {}
    template <std::size_t N>
    constexpr explicit Frozen(Ref<const std::array<T, N>> array) : view_(*array) {}

    /// For whoever knows what the compiler can't see: nobody writes to `data` any more, and it
    /// stays where it is for as long as the image runs.
    [[nodiscard]] static constexpr Frozen unsafe_of(std::span<const T> data) {
        Frozen frozen;
        frozen.view_ = data;
        return frozen;
    }

    [[nodiscard]] constexpr std::size_t size() const { return view_.size(); }
    [[nodiscard]] constexpr bool empty() const { return view_.empty(); }
    [[nodiscard]] constexpr const T* data() const { return view_.data(); }
    [[nodiscard]] constexpr const T* begin() const { return view_.data(); }
    [[nodiscard]] constexpr const T* end() const { return view_.data() + view_.size(); }
    /// `index` is below size().
    [[nodiscard]] constexpr const T& operator[](std::size_t index) const { return view_[index]; }

    /// Part `index` of `count` nearly equal ones; `index` is below `count`.
    [[nodiscard]] constexpr Frozen part(std::size_t index, std::size_t count) const {
        const Part chosen = part_of(size(), index, count);
        return unsafe_of(view_.subspan(chosen.first, chosen.size)); // SAFETY: a part of it
    }

    /// Characters as text.
    [[nodiscard]] constexpr std::string_view text() const
        requires std::same_as<T, char>
    {
        return {view_.data(), view_.size()};
    }

  private:
    std::span<const T> view_;
};

// SAFETY: a span is never derived; what it shows is const, may be read by every CPU (Sync<T>) and
// never dies: a Frozen is made of a Ref, of another Frozen, or by unsafe_of, with a SAFETY each
// time.
template <class T>
inline constexpr bool unsafe_send<Frozen<T>> = true;
template <class T>
inline constexpr bool unsafe_sync<Frozen<T>> = true;

} // namespace neuron::core
