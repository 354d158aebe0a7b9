// SPDX-License-Identifier: MIT
// Posting: put a message into its lane, say so, ring if nobody else does. From every context; takes
// no lock and waits for nobody.
//
//   post(system, cpu, IpiMessage<K>())          kinds that can't be refused while `cpu` is online
//   try_post(system, cpu, IpiMessage<K>(x))     user kinds, which may be
//   post_mask, post_all                         the same content to several CPUs
//
// What is refused comes back in the error. The README says what `System` has.
#pragma once

#include <neuron/ipi/message.hpp>
#include <neuron/ipi/parts.hpp>

namespace neuron::ipi {

template <class Values>
struct Feature; // feature.hpp

namespace detail {

template <class System>
using KindsIn = KindsOf<typename System::Features>;

/// The number of K among the kinds of this image; none has it: does not compile.
template <class K, class System>
consteval std::uint32_t number_of() {
    static_assert(KindsIn<System>::All::template contains<K>,
                  "this image has no such kind: no chosen feature lists it in its IpiKinds");
    return static_cast<std::uint32_t>(KindsIn<System>::All::template index_of<K>());
}

template <class System>
using PartsIn = Parts<typename System::Values, KindsIn<System>>;

template <class System, class W>
void note(System& system, const W& witness, Step step, std::uint32_t kind, core::CpuId peer,
          std::uint64_t sequence) {
    system.template own<Feature>(witness).trace.with(
        witness, [&](auto& trace) { trace.note(step, kind, peer, sequence); });
}

/// Why one more message of user kind K can't go to a receiver now; nothing if it can.
template <UserKind K, class System, class Sender>
std::optional<Reason> find_room(System& system, Sender& sender, core::CpuId target,
                                const typename PartsIn<System>::Lane& lane) {
    auto& box = sender.to[target.index()];
    if constexpr (BoundedKind<K>)
        if (box.bounds.template is_full<K>(lane.ring.consumed()))
            return Reason::KindFull;
    if (!lane.ring.has_room(box.ring))
        return Reason::MailboxFull;
    if constexpr (BestEffortKind<K>)
        if (!sender.tokens.try_take(system.now(),
                                    system.ticks(System::Values::ipi_token_microseconds)))
            return Reason::RateLimited;
    return {};
}

/// Puts the message where its carrier has it. Nothing of it is left with the sender.
template <class K, class System>
void publish(System& system, typename PartsIn<System>::Outbox& box, core::CpuId self,
             core::CpuId target, IpiMessage<K>&& message, std::uint64_t sequence) {
    using Kinds = KindsIn<System>;
    auto& mailbox = system.template remote<Feature>(target);
    auto& lane = mailbox.from[self.index()];
    if constexpr (UserKind<K>) {
        box.bounds.template add<K>(box.ring.tail);
        lane.ring.push(box.ring, {{std::type_identity<K>(), std::move(message).take()},
                                  typename PartsIn<System>::Trace::Stamp{sequence}});
    } else if constexpr (LinkKind<K>) {
        mailbox.links.push(message.content(),
                           {self, Kinds::Links::template index_of<K>(), sequence});
    } else {
        if constexpr (SlotKind<K>) {
            constexpr std::size_t slot = Kinds::Slots::template index_of<K>();
            std::get<slot>(lane.slots)
                .put(std::get<slot>(box.slots), {std::move(message).take(), sequence},
                     [](auto& waiting, const auto& newer) {
                         K::merge(waiting.content, newer.content);
                         waiting.sequence = newer.sequence;
                     });
        }
        // Release: pairs with serve_states. Who sees the number sees what came before the post.
        lane.posted[Kinds::State::template index_of<K>()].store(sequence, core::release);
    }
}

/// Puts one message on its way, unannounced. Its sequence, or why it stays.
template <class K, class System, class Sender>
core::Result<std::uint64_t, Reason> put(System& system, const core::IrqOff& masked, Sender& sender,
                                        core::CpuId target, IpiMessage<K>& message) {
    constexpr std::uint32_t kind = number_of<K, System>();
    const core::CpuId self = system.this_cpu();
    if (target.value >= system.cpu_count())
        return std::unexpected(Reason::InvalidCpu);
    PairCounters& counters = system.template remote<Feature>(self).sent[target.index()];
    std::optional<Reason> refused;
    if (!system.life(target).is_online())
        refused = Reason::Offline;
    else if constexpr (UserKind<K>)
        refused = find_room<K>(system, sender, target,
                               system.template remote<Feature>(target).from[self.index()]);
    if (refused) {
        counters.refused.add(masked, 1);
        return std::unexpected(*refused);
    }
    counters.posted.add(masked, 1);
    const std::uint64_t sequence = counters.posted.remote_load();
    note(system, masked, Step::Request, kind, target, sequence);
    publish<K>(system, sender.to[target.index()], self, target, std::move(message), sequence);
    return sequence;
}

/// What came of ringing `target`. INV-IPI-2: a doorbell that failed rings again, at the latest when
/// this CPU next enters the kernel, waits or is idle, until it succeeds; and whoever else posts to
/// that CPU rings too.
template <class System, class W, class Sender>
void note_ring(System& system, const W& witness, Sender& sender, core::CpuId target, bool rang) {
    PairCounters& counters =
        system.template remote<Feature>(system.this_cpu()).sent[target.index()];
    if (rang) {
        counters.rung.add(witness, 1);
        sender.to_ring_again.erase(target);
    } else {
        counters.rolled_back.add(witness, 1);
        sender.to_ring_again.insert(target);
        system.template remote<Feature>(target).pending.note_ring_failed();
    }
}

/// Says to `target` that a message is there; whether this CPU has to ring.
template <class System>
bool announce(System& system, const core::IrqOff& masked, core::CpuId target, std::uint32_t kind,
              std::uint64_t sequence) {
    const core::CpuId self = system.this_cpu();
    PairCounters& counters = system.template remote<Feature>(self).sent[target.index()];
    switch (system.template remote<Feature>(target).pending.announce(self)) {
    case Doorbell::Polling:
        counters.polled.add(masked, 1);
        note(system, masked, Step::Polled, kind, target, sequence);
        return false;
    case Doorbell::Merged:
        counters.merged.add(masked, 1);
        note(system, masked, Step::Merged, kind, target, sequence);
        return false;
    default:
        return true;
    }
}

constexpr Step step_of(bool rang) {
    return rang ? Step::Rung : Step::RingFailed;
}

/// Posts one message: its sequence, or the message with the reason.
template <class K, class System>
core::Result<std::uint64_t, Refusal<K>> send(System& system, core::CpuId target,
                                             IpiMessage<K>&& message) {
    constexpr std::uint32_t kind = number_of<K, System>();
    const core::IrqOff masked; // a handler of this CPU posts too
    return system.template own<Feature>(masked).sender.with(
        masked, [&](auto& sender) -> core::Result<std::uint64_t, Refusal<K>> {
            const auto sequence = put<K>(system, masked, sender, target, message);
            if (!sequence)
                return std::unexpected(Refusal<K>{sequence.error(), std::move(message)});
            if (announce(system, masked, target, kind, *sequence)) {
                const bool rang = system.ring(target);
                note_ring(system, masked, sender, target, rang);
                note(system, masked, step_of(rang), kind, target, *sequence);
            }
            return *sequence;
        });
}

template <class K>
Posted<K> without_sequence(core::Result<std::uint64_t, Refusal<K>>&& sent) {
    if (!sent)
        return std::unexpected(std::move(sent).error());
    return {};
}

} // namespace detail

/// Posts a message that `target` can't refuse while it is online.
template <class K, class System>
    requires(!UserKind<K>)
Posted<K> post(System& system, core::CpuId target, IpiMessage<K> message) {
    return detail::without_sequence(detail::send<K>(system, target, std::move(message)));
}

/// Posts a message of a user kind, or hands it back.
template <UserKind K, class System>
Posted<K> try_post(System& system, core::CpuId target, IpiMessage<K> message) {
    return detail::without_sequence(detail::send<K>(system, target, std::move(message)));
}

/// What became of one message to each of several CPUs.
template <unsigned MaxCpus>
struct [[nodiscard]] Outcomes {
    core::CpuSet<MaxCpus> posted;
    core::CpuSet<MaxCpus> refused;
    std::array<Reason, MaxCpus> why{}; ///< of those that are refused
};

/// Posts the same to each of `targets`; those that have to be rung are rung together. `content` is
/// what IpiMessage<K> takes, copied for each.
template <class K, class System, class... C>
Outcomes<System::max_cpus> post_mask(System& system, const core::CpuSet<System::max_cpus>& targets,
                                     const C&... content) {
    static_assert(!LinkKind<K>, "one object can't go to several CPUs");
    constexpr std::uint32_t kind = detail::number_of<K, System>();
    Outcomes<System::max_cpus> outcomes;
    core::CpuSet<System::max_cpus> to_ring;
    std::array<std::uint64_t, System::max_cpus> sequences{};
    const core::IrqOff masked;
    system.template own<Feature>(masked).sender.with(masked, [&](auto& sender) {
        targets.for_each([&](core::CpuId target) {
            IpiMessage<K> message(content...);
            const auto sequence = detail::put<K>(system, masked, sender, target, message);
            if (!sequence) {
                outcomes.refused.insert(target);
                outcomes.why[target.index()] = sequence.error();
                return;
            }
            outcomes.posted.insert(target);
            sequences[target.index()] = *sequence;
            if (detail::announce(system, masked, target, kind, *sequence))
                to_ring.insert(target);
        });
        if (to_ring.empty())
            return;
        const bool rang = system.ring_all(to_ring);
        to_ring.for_each([&](core::CpuId target) {
            detail::note_ring(system, masked, sender, target, rang);
            detail::note(system, masked, detail::step_of(rang), kind, target,
                         sequences[target.index()]);
        });
    });
    return outcomes;
}

/// To every other CPU that is online.
template <class K, class System, class... C>
Outcomes<System::max_cpus> post_all(System& system, const C&... content) {
    core::CpuSet<System::max_cpus> others;
    const core::Pinned pinned;
    for (std::uint32_t cpu = 0; cpu < system.cpu_count(); ++cpu)
        if (core::CpuId{cpu} != system.this_cpu() && system.life(core::CpuId{cpu}).is_online())
            others.insert(core::CpuId{cpu});
    return post_mask<K>(system, others, content...);
}

} // namespace neuron::ipi
