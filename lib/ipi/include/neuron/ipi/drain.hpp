// SPDX-License-Identifier: MIT
// The receiver's side. Runs in a handler, or at task level as one (System::as_handler): at kernel
// entry, before an idle CPU sleeps, and while a CPU waits for another.
#pragma once

#include <neuron/core/wait.hpp>
#include <neuron/ipi/post.hpp>

namespace neuron::ipi {
namespace detail {

/// Counts one handled message, and notes it in the causal chain.
template <class K, class System>
void acknowledge(System& system, core::IrqContext& irq, core::CpuId sender,
                 std::uint64_t sequence) {
    system.template remote<Feature>(system.this_cpu()).drained[sender.index()].add(irq, 1);
    note(system, irq, Step::Acknowledge, number_of<K, System>(), sender, sequence);
}

/// The Bits and Slots of one sender: each has a number of its own, so that what was handled is not
/// handled again.
template <class System>
void serve_states(System& system, core::IrqContext& irq, core::CpuId sender,
                  typename PartsIn<System>::Lane& lane) {
    using Kinds = KindsIn<System>;
    Kinds::State::for_each([&]<class K> {
        constexpr std::size_t index = Kinds::State::template index_of<K>();
        std::uint64_t sequence = lane.posted[index].load(core::acquire); // pairs with publish
        if (sequence <= lane.handled[index].load(core::relaxed))         // its own last store
            return;
        if constexpr (SlotKind<K>) {
            auto taken = std::get<Kinds::Slots::template index_of<K>()>(lane.slots).take();
            if (!taken)
                return; // the sender is joining one more to it, and announces that
            sequence = taken->sequence;
            K::on_message(system, irq, sender, std::move(taken->content));
        } else {
            K::on_message(system, irq, sender);
        }
        lane.handled[index].store(sequence, core::release); // pairs with is_handled
        acknowledge<K>(system, irq, sender, sequence);
    });
}

/// The user messages of one sender, `most` at most; how many there were.
template <class System>
std::uint32_t serve_ring(System& system, core::IrqContext& irq, core::CpuId sender,
                         typename PartsIn<System>::Lane& lane,
                         typename PartsIn<System>::Inbox& inbox, std::uint32_t most) {
    if constexpr (KindsIn<System>::Rings::size == 0)
        return 0;
    else
        return lane.ring.drain(inbox, most, [&](auto&& stamped) {
            stamped.letter.open([&]<class K>(Content<K> content) {
                K::on_message(system, irq, sender, std::move(content));
                acknowledge<K>(system, irq, sender, stamped.stamp.sequence);
            });
        });
}

/// Whether something is left in a ring; what comes meanwhile is announced.
template <class T, std::uint32_t Capacity>
bool has_more(const SpscRing<T, Capacity>& ring,
              const typename SpscRing<T, Capacity>::Consumer& inbox) {
    return ring.has_more(inbox);
}
template <class NoRing, class NoConsumer>
bool has_more(const NoRing&, const NoConsumer&) {
    return false;
}

/// The objects that came, `most` at most; how many there were.
template <class System, class Receiver>
std::uint32_t serve_links(System& system, core::IrqContext& irq, Receiver& receiver,
                          LinkStack& links, std::uint32_t most) {
    using Links = KindsIn<System>::Links;
    std::uint32_t count = 0;
    while (count < most) {
        if (receiver.links == nullptr && !links.is_empty())
            receiver.links = links.take_all();
        if (receiver.links == nullptr)
            break;
        LinkNode& node = *receiver.links;
        LinkNode::Label label;
        receiver.links = LinkStack::next(node, label);
        ++count;
        Links::for_each([&]<class K> {
            if (label.kind != Links::template index_of<K>())
                return;
            K::on_message(system, irq, label.sender, static_cast<Content<K>&>(node));
            acknowledge<K>(system, irq, label.sender, label.sequence);
        });
    }
    return count;
}

/// Whether a doorbell of this CPU has failed, and nobody has rung since.
template <class System, class W>
bool has_to_ring(System& system, const W& masked) {
    return system.template own<Feature>(masked).sender.with(
        masked, [](auto& sender) { return !sender.to_ring_again.empty(); });
}

/// How long a CPU waits before it rings again: some polls, and a few naps.
inline constexpr unsigned failed_ring_polls = 68;

/// Rings again where it failed. True if that is not done yet.
template <class System, class W>
bool ring_again(System& system, const W& witness) {
    return system.template own<Feature>(witness).sender.with(witness, [&](auto& sender) {
        const auto targets = sender.to_ring_again;
        if (!targets.empty()) [[unlikely]]
            targets.for_each([&](core::CpuId target) {
                if (system.life(target).has_left())
                    return sender.to_ring_again.erase(target);
                const bool rang = system.ring(target);
                note_ring(system, witness, sender, target, rang);
                if (rang)
                    note(system, witness, Step::Retried, 0, target, 0);
            });
        return !sender.to_ring_again.empty();
    });
}

/// The same at task level, with a nap if it is not done yet: what fails is not asked all the time.
template <class System>
bool rings_again(System& system) {
    bool rings = false;
    {
        const core::IrqOff masked;
        rings = ring_again(system, masked);
    }
    if (rings) [[unlikely]]
        (void)core::spin_at_most(failed_ring_polls, [] { return false; });
    return rings;
}

} // namespace detail

/// Handles what was posted to this CPU, as many objects and user messages as one interrupt may
/// (CONFIG_IPI_BUDGET); what is left makes the interrupt pending again. INV-IPI-5: who has much to
/// say keeps nobody else waiting for good: objects get half of it if others wait, and the next
/// drain begins with the sender behind the last one.
template <class System>
void drain(System& system, core::IrqContext& irq) {
    constexpr std::uint32_t most = System::Values::ipi_budget;
    static_assert(most >= 2);
    auto& mailbox = system.template remote<Feature>(system.this_cpu());
    const bool left = system.template own<Feature>(irq).receiver.with(irq, [&](auto& receiver) {
        if (mailbox.pending.is_set())
            mailbox.pending.take([&](core::CpuId sender) { receiver.waiting.insert(sender); });
        std::uint32_t count = detail::serve_links(system, irq, receiver, mailbox.links,
                                                  receiver.waiting.empty() ? most : most / 2);
        for (std::uint32_t turn = 0; turn < system.cpu_count() && count < most; ++turn) {
            const core::CpuId sender{receiver.next};
            receiver.next = receiver.next + 1 < system.cpu_count() ? receiver.next + 1 : 0;
            if (!receiver.waiting.contains(sender))
                continue;
            auto& lane = mailbox.from[sender.index()];
            auto& inbox = receiver.from[sender.index()];
            detail::serve_states(system, irq, sender, lane);
            count += detail::serve_ring(system, irq, sender, lane, inbox, most - count);
            if (!detail::has_more(lane.ring, inbox))
                receiver.waiting.erase(sender);
        }
        // An object that came after the last look at the stack has announced itself already.
        return receiver.links != nullptr || !receiver.waiting.empty() || !mailbox.links.is_empty();
    });
    if (left) {
        mailbox.cut_short.add(irq, 1);
        system.interrupt_self();
    }
}

/// At kernel entry.
template <class System>
void serve(System& system, core::IrqContext& irq) {
    (void)detail::ring_again(system, irq);
    drain(system, irq);
}

/// At task level, interrupts on: true if there was anything.
template <class System>
bool serve_at_task_level(System& system) {
    const core::Pinned pinned;
    const bool ringing = detail::rings_again(system);
    if (!system.template remote<Feature>(system.this_cpu()).pending.is_set())
        return ringing;
    system.as_handler([&](core::IrqContext& irq) { drain(system, irq); });
    return true;
}

/// Whether this CPU has handled all that was posted to it, and rung whom it had to. Not in a
/// handler, which is part of that.
template <class System>
bool is_drained(System& system, const core::IrqOff& masked) {
    auto& own = system.template own<Feature>(masked);
    auto& mailbox = system.template remote<Feature>(system.this_cpu());
    return !mailbox.pending.is_set() && mailbox.links.is_empty() &&
           own.receiver.with(masked,
                             [](auto& receiver) {
                                 return receiver.links == nullptr && receiver.waiting.empty();
                             }) &&
           !detail::has_to_ring(system, masked);
}

/// Whether this CPU polls, as it falls idle, before it sleeps. It does unless it is told not to.
template <class System>
void set_polling(System& system, const core::IrqOff& masked, bool polls) {
    system.template own<Feature>(masked).sleeps_at_once.with(
        masked, [&](bool& at_once) { at_once = !polls; });
}

namespace detail {

/// Looks for a while whether anybody posts, who need not ring in that time.
template <class System, unsigned MaxCpus>
bool poll(Pending<MaxCpus>& pending) {
    pending.begin_polling();
    for (std::uint32_t polls = 0; polls < System::Values::ipi_idle_polls && !pending.is_set();)
        ++polls;
    return pending.end_polling();
}

} // namespace detail

/// Of an idle CPU, before it sleeps: whether there is anything to do. Unless it was told not to, it
/// polls.
template <class System>
bool idle_has_work(System& system, const core::IrqOff& masked) {
    auto& pending = system.template remote<Feature>(system.this_cpu()).pending;
    auto& own = system.template own<Feature>(masked);
    const bool at_once = own.sleeps_at_once.with(masked, [](bool& here) { return here; });
    return (at_once ? pending.is_set() : detail::poll<System>(pending)) ||
           detail::has_to_ring(system, masked);
}

} // namespace neuron::ipi
