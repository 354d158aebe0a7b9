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
#include <neuron/core/wait.hpp>

#include <cstdint>
#include <expected>
#include <optional>

namespace neuron::sync {

/// Holds at most one T for the rest of its life. INV-SYNC-2: once ready, never written again.
template <class T>
class OnceCell {
  public:
    constexpr OnceCell() = default;
    OnceCell(const OnceCell&) = delete;
    OnceCell& operator=(const OnceCell&) = delete;

    /// The value, or nullptr while there is none. Every context; never blocks.
    [[nodiscard]] const T* get() const {
        return state_.load(core::acquire) == ready ? &*value_ : nullptr; // pairs with the release
    }

    /// The value; makes it with make() -> expected<T, E> if there is none yet. Of several callers
    /// one makes, the others wait for it; if it fails, it gets its error and the next may try.
    /// Not from a handler, since it may wait.
    template <class Make>
    auto get_or_make(Make make) -> std::expected<const T*, typename decltype(make())::error_type> {
        for (;;) {
            std::uint32_t seen = empty;
            // Acquire on failure pairs with the release below: who reads Ready sees the value.
            if (state_.compare_exchange(seen, busy, core::acquire, core::acquire))
                break;
            if (seen == ready)
                return &*value_;
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

} // namespace neuron::sync
