// SPDX-License-Identifier: MIT
// One task sends, one receives: no lock. Each counts, in a word of its own, what it has done; the
// other one leaves marks there, and is told of them by the count itself.
//
//   sender                                        receiver
//   slot.write; tail + 1 (release) --------------> tail (acquire); slot.take
//   head (acquire), when its last one says full <- head + 1 (release)
//
//   tail: how many were sent      + receiver waits, receiver gone: by the receiver
//                                 + sender gone
//   head: how many were received  + sender waits: by the sender
//
// A mark is set by a compare-exchange that finds the count unchanged, so whoever counts on sees it;
// it is taken off before its task is unparked. The one who waits looks again when it wakes.
#pragma once

#include <neuron/channel/error.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/ring_index.hpp>
#include <neuron/sched/handle.hpp>

namespace neuron::channel::detail {

/// Who waits for the other one's count to change.
template <class System>
class Sleeper {
  public:
    /// Parks `self` unless `word` has changed from `seen`; false if `limit` has come.
    template <class Limit>
    [[nodiscard]] bool wait(sched::Task& self, core::Atomic<std::uint64_t>& word,
                            std::uint64_t seen, std::uint64_t mark, Limit limit) {
        pid_.store(format_value(self.pid()), core::relaxed); // published with the mark
        // Release: pairs with wake. Also where the mark is left from the wait before: it is wake's
        // to take off still, and the name may be another's by now.
        if (!word.compare_exchange(seen, seen | mark, core::release, core::relaxed))
            return true;
        if (sched::detail::wait_once(sched::detail::here<System>(), self, limit))
            return true;
        word.fetch_and(~mark, core::relaxed); // or it is off, and an unpark comes in vain
        return false;
    }
    /// `word` had the mark as it was counted on.
    [[gnu::noinline]] void wake(core::Atomic<std::uint64_t>& word, std::uint64_t mark) {
        // Acquire: pairs with wait. Before the name is read, which may be the next one's by then.
        if ((word.fetch_and(~mark, core::acquire) & mark) != 0)
            (void)sched::unpark(sched::detail::here<System>(),
                                sched::detail::pid_of(pid_.load(core::relaxed)));
    }

  private:
    core::Atomic<std::uint64_t> pid_{0};

  public:
    using neuron_members = core::Members<Sleeper, &Sleeper::pid_>;
};

template <class System, core::Send T, std::uint32_t Capacity>
class Spsc {
    using Index = core::RingIndex<Capacity>;

  public:
    // By the sender.

    [[nodiscard]] core::Result<void, Error> try_put(T& value) {
        const std::uint64_t tail = tail_.load(core::relaxed); // but for marks its own
        if ((tail & receiver_gone) != 0)
            return std::unexpected(Error::PeerClosed);
        if (is_full(tail))
            return std::unexpected(Error::QueueFull);
        core::Plain<std::optional<T>>& slot = slots_[Index::slot(count_of(tail))];
        slot.write(std::move(value));
        // Release: pairs with the receiver's look. Acquire comes with the marks.
        const std::uint64_t before = tail_.fetch_add(one, core::release);
        if ((before & (receiver_waits | receiver_gone)) == 0) [[likely]]
            return {};
        if ((before & receiver_gone) == 0)
            return receiver_.wake(tail_, receiver_waits), core::Result<void, Error>();
        // It had gone before this was sent, and takes no more.
        value = taken_from(slot);
        return std::unexpected(Error::PeerClosed);
    }
    template <class Limit>
    [[nodiscard]] core::Result<void, Error> put(sched::Task& self, T& value, Limit limit) {
        core::check_may_block();
        for (;;) {
            const auto done = try_put(value);
            if (done != std::unexpected(Error::QueueFull))
                return done;
            const std::uint64_t head = head_.load(core::relaxed); // wait looks again
            if (Index::is_full(count_of(head), count_of(tail_.load(core::relaxed))) &&
                !sender_.wait(self, head_, head, sender_waits, limit)) {
                const auto last = try_put(value);
                return last != std::unexpected(Error::QueueFull) ? last
                                                                 : std::unexpected(Error::TimedOut);
            }
        }
    }
    void close_senders() {
        // Release: pairs with the receiver's look.
        if ((tail_.fetch_or(sender_gone, core::release) & receiver_waits) != 0)
            receiver_.wake(tail_, receiver_waits);
    }

    // By the receiver.

    [[nodiscard]] core::Result<T, Error> try_take() {
        const std::uint64_t head = head_.load(core::relaxed); // but for a mark its own
        if (count_of(head) == seen_tail_.read()) {
            const std::uint64_t tail = tail_.load(core::acquire); // pairs with try_put
            if (count_of(tail) == count_of(head))
                return std::unexpected((tail & sender_gone) != 0 ? Error::PeerClosed
                                                                 : Error::QueueEmpty);
            seen_tail_.write(count_of(tail));
        }
        core::Result<T, Error> taken(taken_from(slots_[Index::slot(count_of(head))]));
        // Release: pairs with is_full.
        if ((head_.fetch_add(one, core::release) & sender_waits) != 0) [[unlikely]]
            sender_.wake(head_, sender_waits);
        return taken;
    }
    template <class Limit>
    [[nodiscard]] core::Result<T, Error> take(sched::Task& self, Limit limit) {
        core::check_may_block();
        for (;;) {
            auto taken = try_take();
            if (taken || taken.error() != Error::QueueEmpty)
                return taken;
            const std::uint64_t tail = tail_.load(core::relaxed); // wait looks again
            if (count_of(tail) == count_of(head_.load(core::relaxed)) &&
                (tail & sender_gone) == 0 &&
                !receiver_.wait(self, tail_, tail, receiver_waits, limit)) {
                auto last = try_take();
                if (last || last.error() != Error::QueueEmpty)
                    return last;
                return std::unexpected(Error::TimedOut);
            }
        }
    }
    void close_receivers() {
        // What is sent from here on is refused. Acquire: pairs with try_put.
        const std::uint32_t end = count_of(tail_.fetch_or(receiver_gone, core::acquire));
        seen_tail_.write(end);
        while (count_of(head_.load(core::relaxed)) != end)
            (void)try_take();
    }

    /// Both ends are closed, and what they did has come before: it is as new.
    void reset() {
        tail_.store(0, core::relaxed); // whoever opens it hands it on
        head_.store(0, core::relaxed);
        seen_head_.write(0);
        seen_tail_.write(0);
    }

  private:
    static constexpr std::uint64_t receiver_waits = 1;
    static constexpr std::uint64_t receiver_gone = 2;
    static constexpr std::uint64_t sender_gone = 4;
    static constexpr std::uint64_t sender_waits = 1;
    static constexpr std::uint64_t one = 8;
    /// Wraps with its 32 bits; what the words count above them is of no use.
    static constexpr std::uint32_t count_of(std::uint64_t word) {
        return static_cast<std::uint32_t>(word >> 3);
    }

    /// What a slot has, which has nothing then.
    static T taken_from(core::Plain<std::optional<T>>& slot) {
        std::optional<T> value;
        const auto take = [&](std::optional<T>&& held) {
            value.emplace(*std::move(held));
            held.reset();
        };
        slot.consume(take);
        return *std::move(value);
    }
    bool is_full(std::uint64_t tail) {
        if (!Index::is_full(seen_head_.read(), count_of(tail)))
            return false;
        seen_head_.write(count_of(head_.load(core::acquire))); // pairs with try_take
        return Index::is_full(seen_head_.read(), count_of(tail));
    }

    // A line each for what one of them writes most.
    alignas(64) core::Atomic<std::uint64_t> tail_{0};
    core::Plain<std::uint32_t> seen_head_; ///< the sender's
    Sleeper<System> sender_;
    alignas(64) core::Atomic<std::uint64_t> head_{0};
    core::Plain<std::uint32_t> seen_tail_; ///< the receiver's
    Sleeper<System> receiver_;
    alignas(64) std::array<core::Plain<std::optional<T>>, Capacity> slots_{};
};

} // namespace neuron::channel::detail

// SAFETY: Plains are not derived; each slot is the sender's until tail counts it and the
// receiver's until head does, the seen counts are one end's each; two tasks have those ends
// (Sender, Receiver).
template <class System, class T, std::uint32_t Capacity>
inline constexpr bool
    neuron::core::unsafe_synchronized<neuron::channel::detail::Spsc<System, T, Capacity>> = true;
