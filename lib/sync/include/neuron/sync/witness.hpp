// SPDX-License-Identifier: MIT
// Witnesses of what this CPU holds. A lock asks for one of them and takes nothing on trust:
//
//   NoLocks          nothing is held
//   IrqContext&      a handler: a holder masks interrupts, so a handler never interrupts one
//   Held<R>          the lock of rank R is held, and nothing above it
#pragma once

#include <neuron/audit/audit.hpp>
#include <neuron/core/rank.hpp>
#include <neuron/core/witness.hpp>

namespace neuron::sync {

using core::Rank;

/// This CPU holds no lock. Whoever makes one says so; images with run-time checks look.
/// INV-AUDIT-2.
class [[nodiscard]] NoLocks {
  public:
    NoLocks(core::Where where = {__builtin_FILE(), __builtin_LINE()}) {
        audit::hold_nothing(where);
    }
    NoLocks(const NoLocks&) = delete;
    NoLocks& operator=(const NoLocks&) = delete;
};

/// The lock of rank R is held, and none above. Made by SpinLock::with, handed to its function.
template <Rank R>
class Held {
  public:
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

  private:
    template <class, Rank, class>
    friend class SpinLock;
    Held() = default;
};

namespace detail {

template <class W, Rank R>
inline constexpr bool permits = std::same_as<W, NoLocks> || std::same_as<W, core::IrqContext>;
template <Rank Taken, Rank R>
inline constexpr bool permits<Held<Taken>, R> = Taken < R;

} // namespace detail

/// A W proves that a lock of rank R may be taken: ranks strictly increase.
template <class W, Rank R>
concept Permits = detail::permits<W, R>;

} // namespace neuron::sync
