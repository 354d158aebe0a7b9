// SPDX-License-Identifier: MIT
// Large values in a bounded pool. Who has a Box has the value, and nobody else: a channel moves
// eight bytes. It goes back to its pool when the Box ends, on whichever CPU that is.
#pragma once

#include <neuron/sched/pool.hpp>

#include <memory>

namespace neuron::channel {
namespace detail {

/// What a Box knows of its pool.
template <class T>
struct Shelf {
    /// Storage for a T. Its end is the Box's to bring about.
    union Room {
        Room() {}
        ~Room() {}
        T value;
    };
    struct Place {
        Shelf* shelf = nullptr;
        core::Atomic<std::uint32_t> next{0}; ///< of a free place
        Room room;
    };

    auto next_of() {
        return [this](std::uint32_t index) -> core::Atomic<std::uint32_t>& {
            return places[index].next;
        };
    }

    sched::FreeList free;
    core::Atomic<std::uint32_t> taken{0};
    Place* places = nullptr;
};

} // namespace detail

/// The owner of a T in a pool. It moves, and is not copied. Ends in every context that the end of a
/// T may.
template <class T>
class Box {
    using Place = typename detail::Shelf<T>::Place;

  public:
    Box(Box&& other) noexcept : place_(std::exchange(other.place_, nullptr)) {}
    Box& operator=(Box&& other) noexcept {
        Box taken(std::move(other)); // ends with what this one had
        std::swap(place_, taken.place_);
        return *this;
    }
    ~Box() {
        if (place_ == nullptr)
            return;
        std::destroy_at(&place_->room.value);
        detail::Shelf<T>& shelf = *place_->shelf;
        shelf.free.give_back(static_cast<std::uint32_t>(place_ - shelf.places), shelf.next_of());
        shelf.taken.fetch_sub(1, core::release); // pairs with ~Pool: last
    }

    [[nodiscard]] T& operator*() const {
        core::check(place_ != nullptr, "channel: a Box is used that was moved away");
        return place_->room.value;
    }
    [[nodiscard]] T* operator->() const { return &**this; }

  private:
    template <core::Send U, std::uint32_t Count>
    friend class Pool;
    explicit Box(Place& place) : place_(&place) {}

    Place* place_;
};

/// Room for Count values. Outlives its Boxes. Every CPU, every context.
template <core::Send T, std::uint32_t Count>
class Pool {
  public:
    Pool() {
        shelf_.places = places_.data();
        for (auto& place : places_)
            place.shelf = &shelf_;
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() { core::check(taken() == 0, "Pool: it ends while somebody has a Box of it"); }

    /// A new T; nothing while Count of them are out. INV-CHANNEL-4: each place has one owner.
    template <class... Args>
    [[nodiscard]] std::optional<Box<T>> make(Args&&... args) {
        const auto place = shelf_.free.take(Count, shelf_.next_of());
        if (!place)
            return {};
        shelf_.taken.fetch_add(1, core::relaxed); // a count; the Box orders the rest
        std::construct_at(&places_[*place].room.value, std::forward<Args>(args)...);
        return Box<T>(places_[*place]);
    }
    /// How many are out. A moment old; acquire: pairs with ~Box.
    [[nodiscard]] std::uint32_t taken() const { return shelf_.taken.load(core::acquire); }

  private:
    detail::Shelf<T> shelf_;
    std::array<typename detail::Shelf<T>::Place, Count> places_;
};

} // namespace neuron::channel

// SAFETY: a pointer is not derived; the value is the Box's alone (INV-CHANNEL-4) and may be sent;
// the pool outlives it (its end looks).
template <class T>
inline constexpr bool neuron::core::unsafe_send<neuron::channel::Box<T>> = neuron::core::Send<T>;
// SAFETY: storage is not derived; each place is the Box's that was made of it, or the list's.
template <neuron::core::Send T, std::uint32_t Count>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::channel::Pool<T, Count>> = true;
