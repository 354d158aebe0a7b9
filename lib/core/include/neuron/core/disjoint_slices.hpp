// SPDX-License-Identifier: MIT
// One buffer, cut into parts that different CPUs write at the same time, and joined again.
//
//   owner                            CPU n
//   DisjointSlices slices(buffer, parts)
//   lends it to a scoped call  ----> take(n): Free -> Away   one CAS, so each part goes out once
//                                    ... writes its part ...
//   join(): all Back (acquire) <---- ~Slice: Back (release)
//   reads the whole buffer
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/part.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/wait.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace neuron::core {

/// Exclusive access to one part of a buffer. Moves, also to another CPU; never copied. Whoever
/// holds it writes the part, nobody else does; its end gives the part back.
template <class T>
class Slice {
  public:
    Slice(Slice&& other) noexcept
        : elements_(other.elements_), state_(std::exchange(other.state_, nullptr)) {}
    Slice& operator=(Slice&&) = delete;
    ~Slice() {
        if (state_ != nullptr)
            state_->store(back, release); // pairs with the acquire in join
    }

    [[nodiscard]] std::size_t size() const { return elements_.size(); }
    [[nodiscard]] T* begin() { return elements_.data(); }
    [[nodiscard]] T* end() { return elements_.data() + elements_.size(); }
    /// `index` is below size().
    [[nodiscard]] T& operator[](std::size_t index) { return elements_[index]; }

  private:
    template <class, unsigned>
    friend class DisjointSlices;

    static constexpr std::uint32_t free = 0, away = 1, back = 2;

    Slice(std::span<T> elements, Atomic<std::uint32_t>& state)
        : elements_(elements), state_(&state) {}

    std::span<T> elements_;
    Atomic<std::uint32_t>* state_; ///< nullptr once moved from
};

/// Splits `whole` into parts. INV-CORE-6: no element is in two Slices, and none in a Slice once
/// join() has returned. The buffer outlives this object, and only Slices touch it meanwhile.
template <class T, unsigned MaxParts>
class DisjointSlices {
  public:
    /// `parts` is 1 to MaxParts.
    DisjointSlices(std::span<T> whole, unsigned parts) : whole_(whole), parts_(parts) {
        check(parts >= 1 && parts <= MaxParts, "DisjointSlices: 1 to MaxParts parts");
    }
    DisjointSlices(const DisjointSlices&) = delete;
    DisjointSlices& operator=(const DisjointSlices&) = delete;
    ~DisjointSlices() {
        for (Atomic<std::uint32_t>& state : states_) // acquire: as in join
            check(state.load(acquire) != Slice<T>::away, "DisjointSlices: a Slice is still away");
    }

    /// Part `index`, to the first who asks for it; nothing to all others, also after join().
    /// Every CPU, every context.
    [[nodiscard]] std::optional<Slice<T>> take(unsigned index) {
        if (index >= parts_)
            return {};
        std::uint32_t seen = Slice<T>::free;
        // Relaxed: what the owner wrote before is ordered by how this object was lent.
        if (!states_[index].compare_exchange(seen, Slice<T>::away, relaxed, relaxed))
            return {};
        const Part part = part_of(whole_.size(), index, parts_);
        return Slice<T>(whole_.subspan(part.first, part.size), states_[index]);
    }

    /// The buffer, whole again: waits until every Slice that was taken has come back; the others
    /// can't be taken any more. By the owner, once, not in a handler.
    [[nodiscard]] std::span<T> join() && {
        for (Atomic<std::uint32_t>& state : states_) {
            std::uint32_t seen = Slice<T>::free;
            // Acquire: pairs with the release in ~Slice, so this CPU sees what was written.
            if (!state.compare_exchange(seen, Slice<T>::back, acquire, acquire))
                spin_until([&] { return state.load(acquire) == Slice<T>::back; });
        }
        return whole_;
    }

  private:
    std::span<T> whole_;
    unsigned parts_;
    std::array<Atomic<std::uint32_t>, MaxParts> states_;
};

// SAFETY: pointers are never derived; a Slice is the only access to its elements (INV-CORE-6), so
// handing it over hands over the elements, which may cross (Send<T>).
template <class T>
inline constexpr bool unsafe_send<Slice<T>> = Send<T>;

// SAFETY: pointers are never derived; take() is the only call for others than the owner, and gives
// each part to one CPU by compare-exchange; join() asks for an rvalue, which a borrower has not.
template <class T, unsigned MaxParts>
inline constexpr bool unsafe_synchronized<DisjointSlices<T, MaxParts>> = Send<T>;

} // namespace neuron::core
