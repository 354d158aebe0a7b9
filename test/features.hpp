// SPDX-License-Identifier: MIT
// What the systems that tests play do with features beside lib/sched, as kernel/ does with all:
// their parts, and what they have for a CPU that is about to sleep.
#pragma once

#include <neuron/core/witness.hpp>

#include <type_traits>

namespace test_features {

struct NoPart {};

template <class F>
struct PerCpuOf : std::type_identity<NoPart> {};
template <class F>
    requires requires { typename F::PerCpu; }
struct PerCpuOf<F> : std::type_identity<typename F::PerCpu> {};

template <class F>
struct RemoteOf : std::type_identity<NoPart> {};
template <class F>
    requires requires { typename F::Remote; }
struct RemoteOf<F> : std::type_identity<typename F::Remote> {};

template <class F>
struct SharedOf : std::type_identity<NoPart> {};
template <class F>
    requires requires { typename F::Shared; }
struct SharedOf<F> : std::type_identity<typename F::Shared> {};

/// An idle CPU is about to sleep.
template <class F, class System>
void before_sleep(System& system, const neuron::core::IrqOff& masked) {
    if constexpr (requires { F::has_work(system, masked); })
        (void)F::has_work(system, masked);
}
/// It is awake.
template <class F, class System>
void after_sleep(System& system, const neuron::core::IrqOff& masked) {
    if constexpr (requires { F::on_wake(system, masked); })
        F::on_wake(system, masked);
}

} // namespace test_features
