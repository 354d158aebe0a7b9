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

/// Of a value, whose races are seen.
using Token = model_test::Probe;

template <Form F, std::uint32_t Capacity = 1>
struct Scene : Current<Scene<F, Capacity>> {
    using Channel = channel::Channel<System<>, Token, Capacity, F>;

    System<> system;
    Channel channel;
    std::optional<typename Channel::Sender> sender;
    std::optional<typename Channel::Receiver> receiver;
    std::array<int, 4> received{}; ///< how often each number was
    std::array<int, 4> returned{};
    int last = 0; ///< that was received
    bool timed_out = false;
    std::optional<typename Channel::Sender>* second = nullptr; ///< sender, where there are two

    Scene() {
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
    /// Each of the numbers from 1 on was received, or came back.
    void check_conserved(int count) const {
        for (int number = 1; number <= count; ++number) {
            const auto n = static_cast<std::size_t>(number);
            MODEL_ASSERT(received.at(n) + returned.at(n) == 1);
        }
    }
};

} // namespace channel_model
