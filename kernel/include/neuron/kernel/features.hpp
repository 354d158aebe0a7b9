// SPDX-License-Identifier: MIT
// What the chosen libraries add to the system. The list comes from Kconfig: an absent library is
// not in it, so it leaves no symbol, no header and no stub.
//
// A library exports `template <class Values> struct Feature` with any of these; Values has the
// numbers that were configured, by their lower-case names (Values::defer_capacity):
//   struct PerCpu      its part of each per-CPU block, for the CPU itself: of percpu::PerCpu<T, W>
//   struct Remote      its part of each per-CPU block that other CPUs may use: Synchronized
//   template <class Features> using PerCpuIn, RemoteIn     the same, for a part whose type depends
//   on
//                                                   what the features of the image are, a TypeList
//   struct Shared      its part of the system: Synchronized
//   struct Sealed      its part of what is constant once boot has made it: Sync
//   static bool prepare(System&, Sealed&)           boot CPU, before anything else runs: fills its
//                                                   Sealed part; false if the image can't work
//   static bool enter(System&)                      each CPU itself, before it unmasks interrupts;
//                                                   false if it can't run here (it has said why)
//   static void prepare_stack(std::span<std::byte>) before a stack is used
//   static bool is_intact(std::span<const std::byte>)   a stack, now and then: has it overflowed?
//   static void start(System&)                      boot CPU, before main, in order of dependency
//   template <void (*Main)(), class System> static void start_main(System&)   boot CPU: has Main
//   run
//                                                   by who is not the idle CPU
//   static void on_idle(System&, const IrqOff&)     idle: nothing has run, before it is asked
//   static bool has_work(System&, const IrqOff&)    whether there is something to run
//   static void sleep(System&, const IrqOff&)       there is nothing: until an interrupt is pending
//   static void on_wake(System&, const IrqOff&)     after that; what ended it is handled next
//   static bool is_quiet(System&, const IrqOff&)    nothing of it keeps this CPU from leaving
//   static bool run(System&)                        idle, interrupts on: true if something was run
//   static void on_software_interrupt(System&, IrqContext&)   a doorbell rang, or nothing did
//   static void on_timer_interrupt(System&, IrqContext&)
//   static bool wants_switch(System&, IrqContext&)  an interrupt ends: is what it came upon to give
//                                                   way first? Then there:
//   static void on_preempted(System&, const IrqOff&)
//   using IpiKinds     the kinds of message that it brings (neuron/ipi/kind.hpp)
//   static std::optional<Place> describe(std::uintptr_t)      what stands at a code address
//   static std::string_view running_name(System&, const IrqOff&)   who runs on this CPU
//   static std::string_view name_of(System&, CpuId, std::uint32_t)  whose that stack of a CPU is
//   static auto explain(System&, std::uintptr_t)    what memory an address is in, for a fault's
//   report
#pragma once

#include <config/features.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/type_list.hpp>

#include <type_traits>

namespace neuron::kernel {
namespace detail {

struct Nothing {};

template <class F, class All>
struct PerCpuOf : std::type_identity<Nothing> {};
template <class F, class All>
    requires requires { typename F::PerCpu; }
struct PerCpuOf<F, All> : std::type_identity<typename F::PerCpu> {};
template <class F, class All>
    requires requires { typename F::template PerCpuIn<All>; }
struct PerCpuOf<F, All> : std::type_identity<typename F::template PerCpuIn<All>> {};

template <class F, class All>
struct RemoteOf : std::type_identity<Nothing> {};
template <class F, class All>
    requires requires { typename F::Remote; }
struct RemoteOf<F, All> : std::type_identity<typename F::Remote> {};
template <class F, class All>
    requires requires { typename F::template RemoteIn<All>; }
struct RemoteOf<F, All> : std::type_identity<typename F::template RemoteIn<All>> {};

template <class F>
struct SharedOf : std::type_identity<Nothing> {};
template <class F>
    requires requires { typename F::Shared; }
struct SharedOf<F> : std::type_identity<typename F::Shared> {};

template <class F>
struct SealedOf : std::type_identity<Nothing> {};
template <class F>
    requires requires { typename F::Sealed; }
struct SealedOf<F> : std::type_identity<typename F::Sealed> {};

/// A part, made distinct by the feature that it belongs to.
template <class F, class Part>
struct PartOf {
    Part part{};
};

template <class F, class Part>
constexpr Part& part_of(PartOf<F, Part>& holder) {
    return holder.part;
}
template <class F, class Part>
constexpr const Part& part_of(const PartOf<F, Part>& holder) {
    return holder.part;
}

} // namespace detail

/// What the features of a list add to a system and to each of its blocks.
template <class List>
struct Parts;
template <class... F>
struct Parts<core::TypeList<F...>> {
    using All = core::TypeList<F...>;

    static_assert((core::Synchronized<typename detail::RemoteOf<F, All>::type> && ...),
                  "Feature::Remote is used by every CPU at once: it must be Synchronized");
    static_assert((core::Synchronized<typename detail::SharedOf<F>::type> && ...),
                  "Feature::Shared is used by every CPU at once: it must be Synchronized");

    static_assert((core::Sync<typename detail::SealedOf<F>::type> && ...),
                  "Feature::Sealed is read by every CPU: it must be Sync");

    struct PerCpu : detail::PartOf<F, typename detail::PerCpuOf<F, All>::type>... {};
    struct Remote : detail::PartOf<F, typename detail::RemoteOf<F, All>::type>... {};
    struct Shared : detail::PartOf<F, typename detail::SharedOf<F>::type>... {};
    struct Sealed : detail::PartOf<F, typename detail::SealedOf<F>::type>... {};
};

using Features = config::FeatureList<core::TypeList>;

} // namespace neuron::kernel
