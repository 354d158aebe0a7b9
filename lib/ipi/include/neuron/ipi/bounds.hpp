// SPDX-License-Identifier: MIT
// How many messages of each kind are in a ring, as its sender counts them: for kinds that allow
// themselves fewer than the ring has room for. The receiver takes no part in it.
#pragma once

#include <neuron/core/ring_index.hpp>
#include <neuron/ipi/kind.hpp>

#include <array>

namespace neuron::ipi {

/// No kind has a bound of its own: nothing to count.
template <class Rings, std::uint32_t Capacity>
struct Bounds {
    template <class K>
    [[nodiscard]] static constexpr bool is_full(std::uint32_t) {
        return false;
    }
    template <class K>
    static constexpr void add(std::uint32_t) {}
};

template <class... K, std::uint32_t Capacity>
    requires(BoundedKind<K> || ...)
class Bounds<core::TypeList<K...>, Capacity> {
    using Rings = core::TypeList<K...>;
    using Index = core::RingIndex<Capacity>;

  public:
    /// Whether as many of this kind are in the ring as it allows itself; `consumed`: what the
    /// receiver is done with.
    template <class Kind>
    [[nodiscard]] bool is_full(std::uint32_t consumed) {
        if constexpr (BoundedKind<Kind>) {
            static_assert(Kind::bound >= 1, "a kind's bound is at least 1");
            for (; seen_ != consumed; ++seen_)
                --waiting_[kinds_[Index::slot(seen_)]];
            return waiting_[Rings::template index_of<Kind>()] >= Kind::bound;
        } else {
            return false;
        }
    }
    /// One more, put in at `index`. What was at its place is consumed.
    template <class Kind>
    void add(std::uint32_t index) {
        for (; Index::size(seen_, index) >= Capacity; ++seen_)
            --waiting_[kinds_[Index::slot(seen_)]];
        kinds_[Index::slot(index)] = static_cast<std::uint8_t>(Rings::template index_of<Kind>());
        ++waiting_[Rings::template index_of<Kind>()];
    }

  private:
    static_assert(sizeof...(K) < 256);
    std::uint32_t seen_ = 0; ///< the oldest that is counted
    std::array<std::uint32_t, sizeof...(K)> waiting_{};
    std::array<std::uint8_t, Capacity> kinds_{};
};

} // namespace neuron::ipi
