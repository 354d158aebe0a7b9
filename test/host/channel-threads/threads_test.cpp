// SPDX-License-Identifier: MIT
// Real threads, which never wait but try again: ThreadSanitizer sees what the orders are worth.
#include <neuron/channel/channel.hpp>
#include <neuron/channel/pool.hpp>

#include <doctest/doctest.h>
#include <thread>
#include <vector>

#include "../sched/system.hpp"

using namespace neuron;
using channel::Error;
using channel::Form;

namespace {

using System = sched_test::System<>;

/// What the compiler can't tear: a race on it is a torn sum, or TSan's.
struct Message {
    std::array<std::uint64_t, 4> words{};
};
using Boxed = channel::Box<Message>;

constexpr std::uint64_t count = 20'000;

template <class Channel>
void send_all(typename Channel::Sender sender, channel::Pool<Message, 8>& pool) {
    for (std::uint64_t number = 0; number < count;) {
        auto box = pool.make();
        if (!box)
            continue;
        (*box)->words.fill(number);
        const auto sent = sender.try_send(*std::move(box));
        if (!sent && sent.error().reason == Error::PeerClosed)
            return;
        number += sent ? 1 : 0;
    }
}
/// How many were received, each whole; in order if one sends.
template <class Channel>
std::uint64_t receive_all(typename Channel::Receiver receiver) {
    std::uint64_t received = 0;
    for (;;) {
        const auto box = receiver.try_receive();
        if (!box && box.error() == Error::PeerClosed)
            return received;
        if (!box)
            continue;
        for (const std::uint64_t word : (*box)->words)
            if (word != (*box)->words[0] || (Channel::form == Form::Spsc && word != received))
                return 0;
        ++received;
    }
}

} // namespace

TEST_CASE(
    "channel: INV-CHANNEL-3: one sends and one receives, and what is in the value is ordered") {
    using Channel = channel::Channel<System, Boxed, 4, Form::Spsc>;
    System system; // each thread plays a CPU; nobody waits, so nobody is woken
    channel::Pool<Message, 8> pool;
    Channel channel;
    auto ends = *channel.open();
    std::thread sender([&, right = std::move(ends.sender)]() mutable {
        system.play(core::CpuId{1});
        send_all<Channel>(std::move(right), pool);
    });
    CHECK(receive_all<Channel>(std::move(ends.receiver)) == count);
    sender.join();
    CHECK(pool.taken() == 0);
    CHECK(channel.open()); // both have left
}

TEST_CASE("channel: one sends, and one leaves in the middle") {
    using Channel = channel::Channel<System, Boxed, 4, Form::Spsc>;
    System system;
    for (int round = 0; round < 200; ++round) {
        channel::Pool<Message, 8> pool;
        Channel channel;
        auto ends = *channel.open();
        std::thread sender([&, right = std::move(ends.sender)]() mutable {
            system.play(core::CpuId{1});
            for (;;) {
                auto box = pool.make();
                if (!box)
                    continue;
                const auto sent = right.try_send(*std::move(box));
                if (!sent && sent.error().reason == Error::PeerClosed)
                    return;
            }
        });
        for (int received = 0; received <= round;) // it sends all the time
            received += ends.receiver.try_receive() ? 1 : 0;
        (void)Channel::Receiver(std::move(ends.receiver));
        sender.join();
        CHECK(pool.taken() == 0);
    }
}

TEST_CASE("channel: many send and receive") {
    using Channel = channel::Channel<System, Boxed, 4, Form::Mpmc>;
    System system; // each thread plays a CPU; nobody waits, so nobody is woken
    channel::Pool<Message, 8> pool;
    Channel channel;
    auto ends = *channel.open();
    std::vector<std::thread> threads;
    for (std::uint32_t n = 1; n < 3; ++n)
        threads.emplace_back([&, n, right = ends.sender.copy()]() mutable {
            system.play(core::CpuId{n});
            send_all<Channel>(std::move(right), pool);
        });
    core::Atomic<std::uint64_t> received{0};
    threads.emplace_back([&, right = ends.receiver.copy()]() mutable {
        system.play(core::CpuId{3});
        received.fetch_add(receive_all<Channel>(std::move(right)), core::relaxed);
    });
    (void)Channel::Sender(std::move(ends.sender));
    const std::uint64_t here = receive_all<Channel>(std::move(ends.receiver));
    for (auto& thread : threads)
        thread.join();
    CHECK(received.load(core::relaxed) + here == 2 * count);
    CHECK(pool.taken() == 0);
}
