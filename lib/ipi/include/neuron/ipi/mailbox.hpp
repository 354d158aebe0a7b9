// SPDX-License-Identifier: MIT
// The parts of a system that messages lie in. For each pair of CPUs:
//
//   Lane      in the receiver's block   what is under way: written by both, as the carriers say
//   Outbox    in the sender's block     the sender's own side of the lane, for nobody else
//   Inbox     in the receiver's block   the receiver's own side
#pragma once

#include <neuron/ipi/bounds.hpp>
#include <neuron/ipi/letter.hpp>
#include <neuron/ipi/link_stack.hpp>
#include <neuron/ipi/merge_slot.hpp>
#include <neuron/ipi/pending.hpp>
#include <neuron/ipi/spsc_ring.hpp>
#include <neuron/percpu/per_cpu.hpp>

#include <tuple>

namespace neuron::ipi {
namespace detail {

/// A letter, and what the causal chain wants to know of it.
template <class Rings, class Stamp>
struct Stamped {
    Letter<Rings> letter;
    [[no_unique_address]] Stamp stamp{};
};

template <class Rings, std::uint32_t Capacity, class Stamp>
struct RingParts {
    using Ring = SpscRing<Stamped<Rings, Stamp>, Capacity>;
    using Producer = Ring::Producer;
    using Consumer = Ring::Consumer;
};
/// No user kind: no ring.
template <std::uint32_t Capacity, class Stamp>
struct RingParts<core::TypeList<>, Capacity, Stamp> {
    struct Ring {};
    struct Producer {};
    struct Consumer {};
};

/// What waits in a slot, and the last message that is in it.
template <class T>
struct Numbered {
    T content{};
    std::uint64_t sequence = 0;
};

template <class Slots>
struct SlotParts;
template <class... K>
struct SlotParts<core::TypeList<K...>> {
    using Slots = std::tuple<MergeSlot<Numbered<Content<K>>>...>;
    using Senders = std::tuple<typename MergeSlot<Numbered<Content<K>>>::Sender...>;
};

} // namespace detail

/// The number of the last message of each Bit and Slot kind: one side writes it, any CPU reads it.
template <class Kinds>
using Sequences = std::array<core::Atomic<std::uint64_t>, Kinds::State::size>;

/// What is under way from one CPU to another.
template <class Kinds, class RingParts>
struct Lane {
    alignas(64) Sequences<Kinds> posted; ///< the sender writes it, when the rest is in its place
    detail::SlotParts<typename Kinds::Slots>::Slots slots;
    alignas(64) Sequences<Kinds> handled; ///< the receiver writes it
    RingParts::Ring ring;
};

/// The types that a system's messages lie in.
template <class Values, class Kinds>
struct Parts {
    static constexpr std::uint32_t capacity = std::uint32_t{1} << Values::ipi_ring_shift;
    using Trace = ipi::Trace<Values::ipi_trace_events>;
    using RingParts = detail::RingParts<typename Kinds::Rings, capacity, typename Trace::Stamp>;

    using Lane = ipi::Lane<Kinds, RingParts>;
    struct Outbox {
        RingParts::Producer ring;
        detail::SlotParts<typename Kinds::Slots>::Senders slots;
        [[no_unique_address]] Bounds<typename Kinds::Rings, capacity> bounds;
    };
    using Inbox = RingParts::Consumer;
};

/// What one CPU has posted to another, counted by the sender.
struct PairCounters {
    percpu::RemoteReadable<std::uint64_t> posted;
    percpu::RemoteReadable<std::uint64_t> rung;        ///< its doorbell rang for it
    percpu::RemoteReadable<std::uint64_t> merged;      ///< no ring: another message was pending
    percpu::RemoteReadable<std::uint64_t> polled;      ///< no ring: the receiver looked by itself
    percpu::RemoteReadable<std::uint64_t> refused;     ///< came back
    percpu::RemoteReadable<std::uint64_t> rolled_back; ///< the ring failed: rung again later
};

} // namespace neuron::ipi

// SAFETY: a tuple is not derived. Every part synchronises itself: what SlotParts and RingParts hold
// says so, and the sequences are Atomics. Which CPU may use which side is the mailbox's to keep.
template <class Kinds, class RingParts>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::ipi::Lane<Kinds, RingParts>> = true;
