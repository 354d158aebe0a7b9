// SPDX-License-Identifier: MIT
// What each CPU has of the mailboxes: for itself, and for the others.
#pragma once

#include <neuron/ipi/call_cell.hpp>
#include <neuron/ipi/mailbox.hpp>
#include <neuron/ipi/token_bucket.hpp>

namespace neuron::ipi {

/// A CPU as a sender, for itself.
template <class Parts, unsigned MaxCpus, std::uint32_t Burst>
struct Sender {
    std::array<typename Parts::Outbox, MaxCpus> to;
    core::CpuSet<MaxCpus> to_ring_again; ///< their doorbell failed
    TokenBucket<Burst> tokens;
};

/// A CPU as a receiver, for itself.
template <class Parts, unsigned MaxCpus>
struct Receiver {
    std::array<typename Parts::Inbox, MaxCpus> from;
    core::CpuSet<MaxCpus> waiting; ///< announced, and not looked at yet
    std::uint32_t next = 0;        ///< whose turn it is
    LinkNode* links = nullptr;     ///< taken, and not handled yet: oldest first
};

template <class Parts, class Values>
struct Own {
    percpu::PerCpu<Sender<Parts, Values::max_cpus, Values::ipi_burst>, core::IrqOff> sender;
    percpu::PerCpu<Receiver<Parts, Values::max_cpus>, core::IrqOff> receiver;
    percpu::PerCpu<typename Parts::Trace, core::IrqOff> trace;
    percpu::PerCpu<bool, core::IrqOff> sleeps_at_once; ///< as it falls idle, without a poll
};

/// A CPU's mailbox, and what it counts.
template <class Parts, unsigned MaxCpus>
struct Remote {
    Pending<MaxCpus> pending;
    alignas(64) LinkStack links;
    alignas(64) CallCell call; ///< of the call that this CPU makes
    std::array<typename Parts::Lane, MaxCpus> from;

    std::array<PairCounters, MaxCpus> sent;                             ///< by this CPU, to each
    std::array<percpu::RemoteReadable<std::uint64_t>, MaxCpus> drained; ///< by this CPU, of each
    percpu::RemoteReadable<std::uint64_t> cut_short; ///< drains that left something for the next
};

} // namespace neuron::ipi
