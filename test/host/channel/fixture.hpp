// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/channel/channel.hpp>

#include <doctest/doctest.h>

#include "../dies.hpp"
#include "../sched/system.hpp"
#include "token.hpp"

namespace channel_test {

using namespace neuron;
using namespace std::chrono_literals;
using channel::Error;
using channel::Form;
using core::CpuId;
using core::Instant;
using sched::Task;
using sched_test::at;
using sched_test::one;
using sched_test::System;
using sched_test::two;
using sched_test::zero;

/// Whoever has the right leaves its end.
template <class Right>
void leave(Right& right) {
    const auto gone = std::move(right);
}

/// A channel of two Tokens, open, and tasks that use it.
template <Form F>
struct Fixture {
    using Channel = channel::Channel<System<>, Token, 2, F>;

    System<> system;
    Channel channel;
    std::optional<typename Channel::Ends> ends{*channel.open()};
    std::string seen; ///< what was received, and how sends have ended, in order

    /// A task that sends so many, from that one on.
    void start_sender(int from, int count = 1, CpuId cpu = zero,
                      std::optional<Instant> limit = {}) {
        (void)system.started({.cpu = cpu}, [=, this](Task& self) {
            for (int number = from; number < from + count; ++number) {
                auto sent = limit ? ends->sender.send_until(self, Token(number), *limit)
                                  : ends->sender.send(self, Token(number));
                if (!sent)
                    note(to_string(sent.error().reason), sent.error().value.number());
            }
        });
        system.run_all();
    }
    void start_receiver(int count = 1, CpuId cpu = zero, std::optional<Instant> limit = {}) {
        (void)system.started({.cpu = cpu}, [=, this](Task& self) {
            for (int left = count; left > 0; --left)
                note_received(limit ? ends->receiver.receive_until(self, *limit)
                                    : ends->receiver.receive(self));
        });
        system.run_all();
    }
    void note_received(const channel::Receiver<Channel>::Received& received) {
        received ? note("", received->number()) : note(to_string(received.error()), {});
    }
    void note(std::string_view what, std::optional<int> number) {
        seen += (seen.empty() ? "" : " ") + std::string(what) +
                (number ? std::to_string(*number) : std::string());
    }
    ~Fixture() {
        ends.reset();
        system.run_all();
        CHECK(Token::alive() == 0);
    }
};

} // namespace channel_test
