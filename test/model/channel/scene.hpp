// SPDX-License-Identifier: MIT
// A channel, and tasks of three CPUs that have its ends: each says what it has done with them.
#pragma once

#include <neuron/channel/channel.hpp>

#include "../sched/system.hpp"

namespace channel_model {

using namespace suite;
using namespace sched_model;
using channel::Error;
using channel::Form;
using model_test::passes;

/// A value that moves, whose races are seen; each number comes to one end.
class Token {
  public:
    explicit Token(int number) : number_(number) {}
    Token(Token&& other) noexcept : number_(other.take()) {}
    Token& operator=(Token&& other) noexcept {
        Token taken(std::move(other));
        accesses_.write();
        std::swap(number_, taken.number_);
        return *this;
    }
    ~Token() {
        accesses_.write(); // it is a use, too
        if (number_ != 0)
            ++ended->at(static_cast<std::size_t>(number_));
    }
    [[nodiscard]] int read() const {
        accesses_.read();
        return number_;
    }
    /// How often each number did, in the scene that there is.
    static inline std::array<int, 4>* ended = nullptr;

  private:
    int take() {
        accesses_.write();
        return std::exchange(number_, 0);
    }
    int number_ = 0; ///< 0: moved away
    mutable model::PlainAccesses accesses_;
};

} // namespace channel_model

// SAFETY: a test's; the checker sees every access.
template <>
inline constexpr bool neuron::core::unsafe_send<channel_model::Token> = true;

namespace channel_model {

template <Form F, std::uint32_t Capacity = 1>
struct Scene : Current<Scene<F, Capacity>> {
    using Channel = channel::Channel<System<>, Token, Capacity, F>;

    System<> system;
    Channel channel;
    std::optional<typename Channel::Sender> sender;
    std::optional<typename Channel::Receiver> receiver;
    std::array<int, 4> received{}; ///< how often each number was
    std::array<int, 4> ended{};
    std::array<int, 4> returned{};
    int last = 0; ///< that was received
    bool timed_out = false;
    std::optional<typename Channel::Sender>* second = nullptr; ///< sender, where there are two

    Scene() {
        Token::ended = &ended;
        auto ends = channel.open();
        sender.emplace(std::move(ends->sender));
        receiver.emplace(std::move(ends->receiver));
    }

    /// `waits` has a limit, which comes, and `other` has none.
    template <class Waits, class Other>
    void run_with_limit(Waits waits, Other other) {
        const auto waiter = sched::spawn(system, {.cpu = zero}, waits);
        MODEL_ASSERT(waiter && sched::spawn(system, {.cpu = one}, other));
        parallel([&] { system.run(zero, 1); }, [&] { system.run(one, 1); },
                 [&] { system.pass_time(two, waiter->pid()); });
        system.play(zero);
    }

    template <class Sent>
    void note(const Sent& sent) {
        if (!sent)
            ++returned.at(static_cast<std::size_t>(sent.error().value.read()));
    }
    /// True if it is a value.
    bool note_received(const typename Channel::Receiver::Received& got) {
        if (!got)
            return false;
        last = got->read();
        ++received.at(static_cast<std::size_t>(last));
        return true;
    }
    /// Each of the numbers from 1 on was received, or came back, or was `dropped` as the receiver
    /// left; and has ended.
    void check_conserved(int count, int dropped = 0) const {
        int missing = 0;
        for (int number = 1; number <= count; ++number) {
            const auto n = static_cast<std::size_t>(number);
            MODEL_ASSERT(received.at(n) + returned.at(n) <= 1 && ended.at(n) == 1);
            missing += received.at(n) + returned.at(n) == 0 ? 1 : 0;
        }
        MODEL_ASSERT(missing <= dropped);
    }
};

} // namespace channel_model
