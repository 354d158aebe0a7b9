// SPDX-License-Identifier: MIT
// Who has posted something to one CPU, and whether that CPU has to be rung for it. One word decides
// both, so what was posted is never between two CPUs that each leave it to the other.
//
//   sender                                        receiver
//   publishes its message
//   old = word | my bit   (release)
//   no bit of anybody, not polling? rings ----->  S_SOFT: clears SSIP, fence
//   a bit was there: who set it has rung, or      bits = word, leaving only polling  (acquire)
//   rings; the receiver has not taken it yet      drains what those senders published
//   polling: the receiver looks by itself
//                                                 begin_polling ... looks ... end_polling:
//                                                 old = word & ~polling: a sender that saw
//                                                 polling comes before it, so its bit is in old
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/cpu_set.hpp>
#include <neuron/core/send.hpp>

#include <array>

namespace neuron::ipi {

/// What a sender has to do about the doorbell. INV-IPI-1.
enum class Doorbell : std::uint32_t {
    Ring,    ///< nobody else sees to it, or the doorbell of who did has failed
    Merged,  ///< another message is pending there: it is taken along
    Polling, ///< the receiver looks by itself
};

/// Up to 62 senders: a bit each, one for polling, and one for a doorbell that failed.
template <unsigned MaxCpus, unsigned WordBits = 64>
class Pending {
  public:
    using Senders = core::CpuSet<MaxCpus>;

    /// By `sender`, after it has published.
    [[nodiscard]] Doorbell announce(core::CpuId sender) {
        // Release: pairs with take. Who sees the bit sees the message.
        const std::uint64_t old = word_.fetch_or(bit(sender.value), core::release);
        return (old & ~flags) != 0 && (old & ring_failed) == 0 ? Doorbell::Merged
               : (old & polling) != 0                          ? Doorbell::Polling
                                                               : Doorbell::Ring;
    }

    /// By a sender whose doorbell failed: whoever announces next, rings.
    void note_ring_failed() {
        word_.fetch_or(ring_failed, core::relaxed);
    } // nothing is handed over
    [[nodiscard]] bool has_ring_failed() const {
        return (word_.load(core::relaxed) & ring_failed) != 0; // likewise
    }

    /// A hint, for who may look again: whether anybody has posted.
    [[nodiscard]] bool is_set() const { return (word_.load(core::relaxed) & ~polling) != 0; }

    /// By the receiver: visit(CpuId) for all who have posted since the last time. What a sender
    /// posts from now on it announces again.
    template <class Visit>
    void take(Visit visit) {
        std::uint64_t bits =
            word_.fetch_and(polling, core::acquire) & ~flags; // pairs with announce
        for (std::uint32_t cpu = 0; bits != 0; ++cpu, bits >>= 1)
            if ((bits & 1) != 0)
                visit(core::CpuId{cpu});
    }

    /// By the receiver, which from now on looks by itself.
    void begin_polling() { word_.fetch_or(polling, core::relaxed); } // nothing is handed over
    /// From now on it has to be rung. Whether anybody has posted who was told that it looks:
    /// the receiver then takes, before it sleeps.
    [[nodiscard]] bool end_polling() {
        return (word_.fetch_and(~polling, core::relaxed) & ~polling) != 0; // take acquires
    }

  private:
    static_assert(MaxCpus < WordBits - 1);
    static constexpr std::uint64_t bit(std::uint32_t number) { return std::uint64_t{1} << number; }
    static constexpr std::uint64_t polling = bit(WordBits - 1);
    static constexpr std::uint64_t ring_failed = bit(WordBits - 2);
    static constexpr std::uint64_t flags = polling | ring_failed;

    core::Atomic<std::uint64_t> word_{0};

  public:
    using neuron_members = core::Members<Pending, &Pending::word_>;
};

/// More senders than fit: they stand in groups, and the word has a bit for each group.
template <unsigned MaxCpus, unsigned WordBits>
    requires(MaxCpus >= WordBits - 1)
class Pending<MaxCpus, WordBits> {
    static constexpr unsigned groups = (MaxCpus + WordBits - 1) / WordBits;
    using Summary = Pending<groups, WordBits>;

  public:
    [[nodiscard]] Doorbell announce(core::CpuId sender) {
        const std::uint32_t group = sender.value / WordBits;
        const std::uint64_t mine = std::uint64_t{1} << (sender.value % WordBits);
        // Release: pairs with take. Whoever set the group's first bit announces the group.
        if (groups_[group].fetch_or(mine, core::release) != 0)
            return has_ring_failed() ? Doorbell::Ring : Doorbell::Merged;
        return summary_.announce(core::CpuId{group});
    }
    void note_ring_failed() { summary_.note_ring_failed(); }
    [[nodiscard]] bool has_ring_failed() const { return summary_.has_ring_failed(); }
    [[nodiscard]] bool is_set() const { return summary_.is_set(); }

    template <class Visit>
    void take(Visit visit) {
        summary_.take([&](core::CpuId group) {
            std::uint64_t bits = groups_[group.index()].exchange(0, core::acquire); // announce
            for (std::uint32_t cpu = group.value * WordBits; bits != 0; ++cpu, bits >>= 1)
                if ((bits & 1) != 0)
                    visit(core::CpuId{cpu});
        });
    }
    void begin_polling() { summary_.begin_polling(); }
    [[nodiscard]] bool end_polling() { return summary_.end_polling(); }

  private:
    Summary summary_;
    std::array<core::Atomic<std::uint64_t>, groups> groups_;

  public:
    using neuron_members = core::Members<Pending, &Pending::summary_, &Pending::groups_>;
};

} // namespace neuron::ipi
