// SPDX-License-Identifier: MIT
// A value that is written once and read by all CPUs from then on.
//
//   initialisers                          readers
//   Empty -> Busy     one CAS wins
//   ... makes the value ...
//   store(Ready)      (release)           load == Ready (acquire): sees the whole value
//   or store(Empty)   it failed: the next may try
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/ref.hpp>
#include <neuron/core/wait.hpp>
#include <neuron/core/witness.hpp>

#include <cstdint>
#include <expected>
#include <optional>

namespace neuron::sync {

/// Holds at most one T for the rest of its life. INV-SYNC-2: once ready, never written again.
template <class T>
class OnceCell {
    static_assert(core::Sync<T>, "OnceCell<T>: every CPU reads the T, so it must be Sync");

  public:
    constexpr OnceCell() = default;
    OnceCell(const OnceCell&) = delete;
    OnceCell& operator=(const OnceCell&) = delete;

    /// The value, or nullptr while there is none. Every context; never blocks.
    [[nodiscard]] const T* get() const {
        return state_.load(core::acquire) == ready ? &*value_ : nullptr; // pairs with the release
    }

    /// The value, by who knows that it is there: get() has said so, or it was made before this CPU
    /// began. No fence. Every context.
    [[nodiscard]] const T& get_made() const { return *value_; }

    /// The value; makes it with make() -> expected<T, E> if there is none yet. Of several callers
    /// one makes, the others wait for it; if it fails, it gets its error and the next may try.
    /// Not from a handler, since it may wait for another maker.
    template <class Make>
    auto get_or_make(Make make) -> std::expected<const T*, typename decltype(make())::error_type> {
        for (;;) {
            std::uint32_t seen = empty;
            // Acquire on failure pairs with the release below: who reads Ready sees the value.
            if (state_.compare_exchange(seen, busy, core::acquire, core::acquire))
                break;
            if (seen == ready)
                return &*value_;
            // Who makes it may be a task of this CPU, which waits for this code.
            core::check(env::is_plain_task_level() && env::irq_enabled(),
                        "OnceCell: a wait that may not be");
            core::spin_until([&] { return state_.load(core::relaxed) != busy; });
        }
        auto made = make();
        if (!made) {
            state_.store(empty, core::release); // pairs with the acquire of the next initialiser
            return std::unexpected(made.error());
        }
        value_.emplace(*std::move(made));
        state_.store(ready, core::release); // pairs with the acquire in get()
        return &*value_;
    }

  private:
    static constexpr std::uint32_t empty = 0, busy = 1, ready = 2;
    core::Atomic<std::uint32_t> state_{empty};
    std::optional<T> value_;
};

/// The value of a cell with static storage as a reference that may cross CPUs; makes it with make()
/// if there is none yet. As get_or_make otherwise.
template <auto& cell, class Make>
auto freeze(Make make) {
    const auto value = cell.get_or_make(make);
    using Error = typename std::remove_cvref_t<decltype(value)>::error_type;
    using T = std::remove_pointer_t<std::remove_cvref_t<decltype(*value)>>;
    using Frozen = std::expected<core::Ref<T>, Error>;
    // SAFETY: the cell is a static object, and never lets go of its value.
    return value ? Frozen(core::Ref<T>::unsafe_to(**value)) : Frozen(std::unexpect, value.error());
}

} // namespace neuron::sync

// SAFETY: the members are private; the value is written by one maker, which a compare-exchange
// chose, and read only after the release that published it (INV-SYNC-2); the maker may be any CPU.
template <class T>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::sync::OnceCell<T>> =
    neuron::core::Send<T> && neuron::core::Sync<T>;
