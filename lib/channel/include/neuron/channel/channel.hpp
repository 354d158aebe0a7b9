// SPDX-License-Identifier: MIT
// A bounded channel of T, and the rights to its two ends. Ownership moves with the value: nothing
// is copied, and nothing is shared.
//
//   channel::Channel<System, Frame, 8, Form::Spsc> frames;    lives longer than its ends
//   auto [sender, receiver] = *frames.open();                 each goes to a task, by value
//   sender.send(self, std::move(frame))                       waits where it is full
//   receiver.receive(self)                                    waits where it is empty
//
// An end is closed when the last right to it ends.
#pragma once

#include <neuron/channel/exchange.hpp>
#include <neuron/channel/ring.hpp>
#include <neuron/channel/spsc.hpp>

namespace neuron::channel {

/// How many tasks may have each end at a time: one, or any number. One of each takes no lock.
enum class Form : std::uint32_t {
    Spsc, ///< one sends, one receives
    Mpsc, ///< any number sends, one receives
    Mpmc, ///< any number does either
};

namespace detail {

enum class End : std::uint32_t { Send, Receive };

/// What a right to either end is. One that was moved away is to nothing.
template <class Channel, End end>
class Right {
  public:
    Right(Right&& other) noexcept : channel_(std::exchange(other.channel_, nullptr)) {}
    Right& operator=(Right&& other) noexcept {
        Right taken(std::move(other)); // ends with what this one was to
        std::swap(channel_, taken.channel_);
        return *this;
    }
    ~Right() {
        if (channel_ != nullptr)
            channel_->template leave<end>();
    }

  protected:
    explicit Right(Channel& channel) : channel_(&channel) {}

    Channel& channel() const {
        core::check(channel_ != nullptr, "channel: a right is used that was moved away");
        return *channel_;
    }
    auto& core() { return channel().core_; }
    /// One more right to this end; this one keeps it open meanwhile.
    Channel& shared() const {
        channel().rights_to(end).fetch_add(1, core::relaxed);
        return *channel_;
    }

  private:
    Channel* channel_;
};

} // namespace detail

/// The right to send. It moves; where several may send, copy() makes another one.
template <class Channel>
class [[nodiscard]] Sender : detail::Right<Channel, detail::End::Send> {
    using Right = detail::Right<Channel, detail::End::Send>;

  public:
    using System = typename Channel::System;
    using Value = typename Channel::Value;
    using Sent = core::Result<void, core::Refused<Value, Error>>;

    /// Sends `value`, or gives it back: PeerClosed. Waits while the channel is full. Task level.
    Sent send(sched::Task& self, Value value) {
        return answer(this->core().put(self, value, sched::Forever()), value);
    }
    /// The same: TimedOut from `limit` on.
    Sent send_until(sched::Task& self, Value value, core::Instant limit) {
        return answer(this->core().put(self, value, limit), value);
    }
    /// The same, without a wait: QueueFull. Every context, no lock held.
    Sent try_send(Value value) { return answer(this->core().try_put(value), value); }

    [[nodiscard]] Sender copy() const
        requires(Channel::form != Form::Spsc)
    {
        return Sender(this->shared());
    }

  private:
    friend Channel;
    using Right::Right;

    static Sent answer(core::Result<void, Error> done, Value& value) {
        if (!done)
            return std::unexpected(core::Refused<Value, Error>{done.error(), std::move(value)});
        return {};
    }
};

/// The right to receive. It moves; where several may receive, copy() makes another one.
template <class Channel>
class [[nodiscard]] Receiver : detail::Right<Channel, detail::End::Receive> {
    using Right = detail::Right<Channel, detail::End::Receive>;

  public:
    using Value = typename Channel::Value;
    using Received = core::Result<Value, Error>;

    /// The next value; PeerClosed once the last sender leaves and all is received: its right may
    /// not have ended yet. Waits while the channel is empty. Task level.
    [[nodiscard]] Received receive(sched::Task& self) {
        return this->core().take(self, sched::Forever());
    }
    /// The same: TimedOut from `limit` on.
    [[nodiscard]] Received receive_until(sched::Task& self, core::Instant limit) {
        return this->core().take(self, limit);
    }
    /// The same, without a wait: QueueEmpty. Every context, no lock held.
    [[nodiscard]] Received try_receive() { return this->core().try_take(); }

    [[nodiscard]] Receiver copy() const
        requires(Channel::form == Form::Mpmc)
    {
        return Receiver(this->shared());
    }

  private:
    friend Channel;
    using Right::Right;
};

/// Room for Capacity values, a power of two. Outlives the rights to its ends: join who has them.
template <class ItsSystem, core::Send T, std::uint32_t Capacity, Form ItsForm = Form::Mpmc>
    requires std::movable<T>
class Channel {
  public:
    using System = ItsSystem;
    using Value = T;
    using Sender = channel::Sender<Channel>;
    using Receiver = channel::Receiver<Channel>;
    static constexpr Form form = ItsForm;

    struct Ends {
        Sender sender;
        Receiver receiver;
    };

    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel() {
        // Acquire: pairs with close.
        core::check(open_.load(core::acquire) == 0, "channel: it ends while it is open");
    }

    /// One right to each end; Busy while there is one of those that were given before.
    [[nodiscard]] core::Result<Ends, Error> open() {
        std::uint32_t closed = 0;
        // Acquire: pairs with close.
        if (!open_.compare_exchange(closed, 2, core::acquire, core::relaxed))
            return std::unexpected(Error::Busy);
        core_.reset();
        for (auto& count : rights_)
            count.store(1, core::relaxed); // whoever has a right has it from here
        return Ends{Sender(*this), Receiver(*this)};
    }

  private:
    template <class, detail::End>
    friend class detail::Right;
    using Core = std::conditional_t<ItsForm == Form::Spsc, detail::Spsc<System, T, Capacity>,
                                    detail::Exchange<System, T, Ring<T, Capacity>>>;

    core::Atomic<std::uint32_t>& rights_to(detail::End end) {
        return rights_[std::to_underlying(end)];
    }
    template <detail::End end>
    void leave() {
        // Acquire and release: what each did at this end comes before its close.
        if (rights_to(end).fetch_sub(1, core::acq_rel) != 1)
            return;
        if constexpr (end == detail::End::Send)
            core_.close_senders();
        else
            core_.close_receivers();
        open_.fetch_sub(1, core::release); // pairs with open
    }

    Core core_;
    std::array<core::Atomic<std::uint32_t>, 2> rights_{}; ///< how many, to each end
    core::Atomic<std::uint32_t> open_{0};                 ///< how many ends are

  public:
    using neuron_members =
        core::Members<Channel, &Channel::core_, &Channel::rights_, &Channel::open_>;
};

} // namespace neuron::channel

// SAFETY: a pointer is not derived; the channel outlives the right (its end looks), and all that is
// done by it is Synchronized, or of the one who has the right to that end (INV-CHANNEL-3).
template <class Channel>
inline constexpr bool neuron::core::unsafe_send<neuron::channel::Sender<Channel>> = true;
template <class Channel>
inline constexpr bool neuron::core::unsafe_send<neuron::channel::Receiver<Channel>> = true;
