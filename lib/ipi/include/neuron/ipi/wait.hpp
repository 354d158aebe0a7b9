// SPDX-License-Identifier: MIT
// Waiting for what another CPU does with a message: at task level, interrupts on, no lock held,
// with a bound on the time. Meanwhile this CPU handles what is posted to it, so two CPUs may wait
// for each other.
#pragma once

#include <neuron/core/wait.hpp>
#include <neuron/ipi/drain.hpp>
#include <neuron/sync/witness.hpp>

namespace neuron::ipi {
namespace detail {

/// Returns once done() is true. Whoever posts to this CPU in that time need not ring it.
template <class System, class Done>
void wait_and_serve(System& system, const core::Pinned&, Done done) {
    auto& pending = system.template remote<Feature>(system.this_cpu()).pending;
    const auto serve = [&] {
        system.as_handler([&](core::IrqContext& irq) { drain(system, irq); });
    };
    pending.begin_polling();
    while (!done()) {
        const bool rings = rings_again(system); // INV-IPI-2: until it succeeds
        core::spin_until([&] { return rings || pending.is_set() || done(); });
        if (pending.is_set())
            serve();
    }
    if (pending.end_polling())
        serve();
}

/// What of the lane to `target` must be handled, so that the message of this sequence is.
template <class K, class System>
std::uint64_t end_of(System& system, core::CpuId target, std::uint64_t sequence) {
    if constexpr (UserKind<K>) {
        const core::IrqOff masked;
        return system.template own<Feature>(masked).sender.with(
            masked, [&](auto& sender) { return sender.to[target.index()].ring.tail; });
    } else {
        return sequence;
    }
}

template <class K, class System>
bool is_handled(System& system, core::CpuId target, std::uint64_t end) {
    const auto& lane = system.template remote<Feature>(target).from[system.this_cpu().index()];
    if constexpr (UserKind<K>) {
        const std::uint32_t behind = static_cast<std::uint32_t>(end) - lane.ring.consumed();
        return behind == 0 || behind > PartsIn<System>::capacity; // more than there can be: past it
    } else {
        constexpr std::size_t index = KindsIn<System>::State::template index_of<K>();
        return lane.handled[index].load(core::acquire) >= end; // pairs with serve_states
    }
}

} // namespace detail

enum class WaitError : std::uint32_t {
    Refused,  ///< it was not posted: the message is in the error
    TimedOut, ///< it is posted and will be handled; it was not within CONFIG_DIAGNOSTIC_SECONDS
    Stopped,  ///< the CPU has left the system
};

template <class K>
struct WaitFailure {
    WaitError error;
    std::optional<Refusal<K>> refusal;
};

/// Posts a message and waits until its receiver has handled it. Not for objects (Link): their
/// handlers may pass them on.
/// Context: not in a handler, interrupts on, not pinned, no lock held.
template <class K, class System>
    requires(!LinkKind<K>)
core::Result<void, WaitFailure<K>> post_and_wait(System& system, const sync::NoLocks&,
                                                 core::CpuId target, IpiMessage<K> message) {
    core::check_may_block();
    const core::Pinned pinned; // the lane is this CPU's
    auto sent = detail::send<K>(system, target, std::move(message));
    if (!sent)
        return std::unexpected(WaitFailure<K>{WaitError::Refused, std::move(sent).error()});
    const auto handled = [&, end = detail::end_of<K>(system, target, *sent)] {
        return detail::is_handled<K>(system, target, end);
    };
    const std::uint64_t deadline = system.diagnostic_deadline();
    detail::wait_and_serve(system, pinned, [&] {
        return handled() || system.life(target).has_left() || system.now() >= deadline;
    });
    const bool online = !system.life(target).has_left();
    if (handled()) // looked at last: a CPU that stops may have handled it before
        return {};
    return std::unexpected(WaitFailure<K>{online ? WaitError::TimedOut : WaitError::Stopped, {}});
}

} // namespace neuron::ipi
