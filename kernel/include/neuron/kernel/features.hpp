// SPDX-License-Identifier: MIT
// What the chosen libraries add to the system. The list comes from Kconfig: an absent library is
// not in it, so it leaves no symbol, no header and no stub.
//
// A Feature is a struct with any of these:
//   struct PerCpu                             its part of each per-CPU block
//   struct Shared                             its part of the system
//   static void start(System&)                boot CPU, before main, in order of dependency
//   static bool has_work(System&, PerCpu&)    idle, interrupts masked: is there something to run?
//   static bool run(System&, PerCpu&)         idle, interrupts on: true if something was run
//   static std::optional<Place> describe(std::uintptr_t)   what stands at a code address
#pragma once

#include <config/features.hpp>

#include <tuple>
#include <type_traits>

namespace neuron::kernel {

template <class... F>
struct TypeList {
    /// Calls use.operator()<F>() for each feature, in order of dependency.
    template <class Use>
    static constexpr void for_each([[maybe_unused]] Use use) { // unused by an empty list
        (use.template operator()<F>(), ...);
    }
};

namespace detail {

struct Nothing {};

template <class F>
struct PerCpuOf : std::type_identity<Nothing> {};
template <class F>
    requires requires { typename F::PerCpu; }
struct PerCpuOf<F> : std::type_identity<typename F::PerCpu> {};

template <class F>
struct SharedOf : std::type_identity<Nothing> {};
template <class F>
    requires requires { typename F::Shared; }
struct SharedOf<F> : std::type_identity<typename F::Shared> {};

/// A part, made distinct by the feature that it belongs to.
template <class F, class Part>
struct PartOf {
    Part part;
};

template <class List>
struct Parts;
template <class... F>
struct Parts<TypeList<F...>> {
    struct PerCpu : PartOf<F, typename PerCpuOf<F>::type>... {};
    struct Shared : PartOf<F, typename SharedOf<F>::type>... {};
};

template <class F, class Part>
Part& part_of(PartOf<F, Part>& holder) {
    return holder.part;
}

} // namespace detail

using Features = config::FeatureList<TypeList>;
using PerCpuParts = detail::Parts<Features>::PerCpu;
using SharedParts = detail::Parts<Features>::Shared;

} // namespace neuron::kernel
