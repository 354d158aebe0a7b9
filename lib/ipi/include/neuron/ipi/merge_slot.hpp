// SPDX-License-Identifier: MIT
// A value on its way from one CPU to another, which newer ones join until it is taken. Two places:
// the receiver may read one while the sender fills the other, so neither waits.
//
//   sender                                          receiver
//   at = published_.exchange(none)
//   was it still there? joins it, in its place
//   else: fills the other place
//   published_.store(place) (release) ----------->  place = published_.exchange(none) (acquire)
//                                                   reads it; done with it before it takes the next
#pragma once

#include <neuron/core/plain.hpp>
#include <neuron/core/send.hpp>

#include <array>
#include <optional>

namespace neuron::ipi {

template <class T>
class MergeSlot {
  public:
    /// The sender's own side.
    struct Sender {
        std::uint32_t last = 0; ///< the place that was published last
    };

    /// By the sender. `merge(T& waiting, const T& newer)` if one waits. Wait-free.
    template <class Merge>
    void put(Sender& own, T value, Merge merge) {
        // Acquire: pairs with take; the receiver is done with the place that is filled below, which
        // is the one before the one that it took last.
        const std::uint32_t seen = published_.exchange(none, core::acquire);
        if (seen == none) {
            own.last = 1 - own.last;
        } else { // nobody reads it: it came back
            T waiting = places_[own.last].take();
            merge(waiting, value);
            value = std::move(waiting);
        }
        places_[own.last].write(std::move(value));
        published_.store(own.last + 1, core::release); // pairs with take
    }

    /// By the receiver: the value that waits, if one does.
    [[nodiscard]] std::optional<T> take() {
        // Acquire: pairs with put, for the place. Release: what was read of the place before.
        const std::uint32_t seen = published_.exchange(none, core::acq_rel);
        if (seen == none)
            return {};
        return places_[seen - 1].take();
    }

  private:
    static constexpr std::uint32_t none = 0;
    core::Atomic<std::uint32_t> published_{none}; ///< or 1 + the place that waits
    std::array<core::Plain<T>, 2> places_;        ///< ordered by published_
};

} // namespace neuron::ipi

// SAFETY: Plain places are not derived. published_ hands each to and fro (see the top); one sender
// and one receiver, by the mailbox.
template <class T>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::ipi::MergeSlot<T>> =
    neuron::core::Send<T>;
