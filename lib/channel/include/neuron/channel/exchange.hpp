// SPDX-License-Identifier: MIT
// Where any number of tasks send and receive. Everything happens under one lock of its own, which
// nobody holds for longer than two values take to move: one out, and one from who waits to send.
//
//   to send                                      to receive
//   somebody waits to receive: it gets the       there is a value: it is taken, and who has waited
//   value, and wakes                             longest to send puts its own in, and wakes
//   else there is room: the value is put there   else waits, in order
//   else waits, in order, with the value
//
// So nobody waits to receive while there is a value, nor to send while there is none: one list is
// enough for both.
//
// INV-CHANNEL-1: a value is received once, or is with who wanted to send it, or ends as the last
// receiver leaves.
// INV-CHANNEL-2: values are received in the order in which they were sent; who waits is not
// overtaken, and one value wakes one.
#pragma once

#include <neuron/channel/error.hpp>
#include <neuron/sched/wait_queue.hpp>

#include <concepts>

namespace neuron::channel::detail {

/// A task that waits, on its stack.
template <class T>
class Waiting : public sched::Waiter {
  public:
    explicit Waiting(sched::Task& self) : Waiter(self) {}

    T* offered = nullptr;   ///< to send: until it is taken
    std::optional<T> given; ///< to receive
};

/// What the lock guards beside who waits.
template <class Store>
struct Ends {
    Store store;
    bool no_senders = false;
    bool no_receivers = false;
};

/// `Store` holds what was sent: is_empty(), try_push(T&), pop(); it takes any value while it is
/// empty.
template <class System, core::Send T, class Store>
class Exchange {
    using Inside = sched::Waiters<Ends<Store>>;

  public:
    /// Moves `value` in, unless it is refused: QueueFull, PeerClosed. Every context, no lock held.
    [[nodiscard]] core::Result<void, Error> try_put(T& value) {
        return queue_.with(sync::NoLocks(), [&](Inside& in) { return put(in, value); });
    }
    /// The same, with a wait where it is full.
    template <class Limit>
    [[nodiscard]] core::Result<void, Error> put(sched::Task& self, T& value, Limit limit) {
        core::check_may_block();
        const auto done = try_put(value);
        return done != std::unexpected(Error::QueueFull) ? done : wait_to_put(self, value, limit);
    }

    /// QueueEmpty, PeerClosed. Every context, no lock held.
    [[nodiscard]] core::Result<T, Error> try_take() {
        return queue_.with(sync::NoLocks(), [](Inside& in) { return take(in); });
    }
    template <class Limit>
    [[nodiscard]] core::Result<T, Error> take(sched::Task& self, Limit limit) {
        core::check_may_block();
        auto taken = try_take();
        return taken || taken.error() != Error::QueueEmpty ? std::move(taken)
                                                           : wait_to_take(self, limit);
    }

    /// No sender is left: who waits to receive waits for nothing. Once.
    void close_senders() {
        queue_.with(sync::NoLocks(), [](Inside& in) { in.extra.no_senders = true; });
        grant_all();
    }
    /// No receiver is left: what was sent ends here. Once.
    void close_receivers() {
        queue_.with(sync::NoLocks(), [](Inside& in) { in.extra.no_receivers = true; });
        grant_all();
        while (drop_one()) { // not under the lock: its end may be anything
        }
    }
    /// Both ends are closed: it is as new.
    void reset() {
        queue_.with(sync::NoLocks(),
                    [](Inside& in) { in.extra.no_senders = in.extra.no_receivers = false; });
    }

  private:
    // Under the lock.

    static Waiting<T>& waiting_of(sched::Waiter& waiter) {
        return static_cast<Waiting<T>&>(waiter);
    }
    static core::Result<void, Error> put(Inside& in, T& value) {
        if (in.extra.no_receivers)
            return std::unexpected(Error::PeerClosed);
        if (in.extra.store.is_empty())
            if (sched::Waiter* const receiver = in.list.pop_front()) {
                waiting_of(*receiver).given.emplace(std::move(value));
                receiver->grant(sched::detail::here<System>());
                return {};
            }
        if (!in.list.is_empty() || !in.extra.store.try_push(value))
            return std::unexpected(Error::QueueFull);
        return {};
    }
    static core::Result<T, Error> take(Inside& in) {
        if (in.extra.store.is_empty())
            return std::unexpected(in.extra.no_senders ? Error::PeerClosed : Error::QueueEmpty);
        core::Result<T, Error> taken(in.extra.store.pop());
        admit(in);
        return taken;
    }
    /// There may be room for those who wait to send.
    static void admit(Inside& in) {
        while (sched::Waiter* const first = in.list.front()) {
            Waiting<T>& sender = waiting_of(*first);
            if (!in.extra.store.try_push(*sender.offered))
                return;
            sender.offered = nullptr;
            in.list.remove(sender);
            sender.grant(sched::detail::here<System>());
        }
    }

    // Not under it.

    template <class Limit>
    [[gnu::noinline]] core::Result<void, Error> wait_to_put(sched::Task& self, T& value,
                                                            Limit limit) {
        Waiting<T> waiting(self);
        const auto done = queue_.with(sync::NoLocks(), [&](Inside& in) {
            const auto now = put(in, value);
            if (now == std::unexpected(Error::QueueFull)) {
                waiting.offered = &value;
                in.list.push_back(waiting);
            }
            return now;
        });
        if (done != std::unexpected(Error::QueueFull))
            return done;
        const bool granted = sched::detail::wait_for_grant(sched::detail::here<System>(), self,
                                                           queue_, waiting, limit, [](Inside&) {});
        if (waiting.offered == nullptr)
            return {};
        return std::unexpected(granted ? Error::PeerClosed : Error::TimedOut);
    }

    template <class Limit>
    [[gnu::noinline]] core::Result<T, Error> wait_to_take(sched::Task& self, Limit limit) {
        Waiting<T> waiting(self);
        auto taken = queue_.with(sync::NoLocks(), [&](Inside& in) {
            auto now = take(in);
            if (now == std::unexpected(Error::QueueEmpty))
                in.list.push_back(waiting);
            return now;
        });
        if (taken || taken.error() != Error::QueueEmpty)
            return taken;
        const bool granted = sched::detail::wait_for_grant(sched::detail::here<System>(), self,
                                                           queue_, waiting, limit, [](Inside&) {});
        if (waiting.given)
            return *std::move(waiting.given);
        return std::unexpected(granted ? Error::PeerClosed : Error::TimedOut);
    }

    void grant_all() {
        while (sched::detail::grant_one(sched::detail::here<System>(), queue_)) {
        }
    }
    bool drop_one() {
        const auto dropped = queue_.with(sync::NoLocks(), [](Inside& in) -> std::optional<T> {
            if (in.extra.store.is_empty())
                return {};
            return in.extra.store.pop();
        });
        return dropped.has_value();
    }

    sched::WaitQueue<Ends<Store>> queue_;

  public:
    using neuron_members = core::Members<Exchange, &Exchange::queue_>;
};

} // namespace neuron::channel::detail
