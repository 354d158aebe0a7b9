// SPDX-License-Identifier: MIT
// Several that send and receive.
#include <random>
#include <vector>

#include "fixture.hpp"

using namespace channel_test;

namespace {

using Many = Fixture<Form::Mpmc>;

/// What tasks did who sent and received as they liked.
struct Walk {
    static constexpr int senders = 5;
    static constexpr int each = 40;

    Many f;
    std::vector<int> received;
    std::vector<int> returned;

    void start(std::uint32_t seed) {
        std::minstd_rand chance(seed);
        for (int number = 0; number < senders; ++number) {
            auto right = std::make_shared<Many::Channel::Sender>(f.ends->sender.copy());
            const CpuId cpu{static_cast<std::uint32_t>(chance() % 4)};
            (void)f.system.started({.cpu = cpu}, [=, this](Task& self) mutable {
                for (int n = 0; n < each; ++n) {
                    auto sent = n % 5 == 4 ? right->try_send(Token(number * each + n))
                                           : send(*right, self, number * each + n);
                    if (!sent)
                        returned.push_back(sent.error().value.number());
                }
                right.reset();
            });
        }
        for (int number = 0; number < 3; ++number) {
            auto right = std::make_shared<Many::Channel::Receiver>(f.ends->receiver.copy());
            const CpuId cpu{static_cast<std::uint32_t>(chance() % 4)};
            (void)f.system.started({.cpu = cpu}, [=, this](Task& self) mutable {
                for (;;) {
                    const auto got = number == 0 ? right->receive_until(self, f.system.clock + 3ns)
                                                 : right->receive(self);
                    if (got)
                        received.push_back(got->number());
                    else if (got.error() == Error::PeerClosed)
                        break;
                }
                right.reset();
            });
        }
        f.ends.reset(); // the tasks have rights of their own
        for (int step = 0; step < 4000; ++step) {
            const CpuId cpu{static_cast<std::uint32_t>(chance() % 4)};
            if (!f.system.inbox(cpu).empty() && chance() % 2 == 0)
                f.system.deliver(cpu, chance() % f.system.inbox(cpu).size());
            else if (chance() % 8 == 0)
                f.system.go_on_to(f.system.clock + 1ns);
            else
                (void)f.system.step(cpu);
        }
        for (int n = 0; n < 1000; ++n) {
            f.system.run_all();
            f.system.go_on_to(f.system.clock + 1ns);
        }
    }
    Many::Channel::Sender::Sent send(Many::Channel::Sender& right, Task& self, int number) {
        if (number % 7 == 0)
            return right.send_until(self, Token(number), f.system.clock + 2ns);
        return right.send(self, Token(number));
    }
};

} // namespace

TEST_CASE("channel: INV-CHANNEL-2: who waits is served in order, and one value wakes one") {
    Many f;
    SUBCASE("to receive") {
        for (const std::uint32_t cpu : {1U, 2U, 3U})
            f.start_receiver(1, CpuId{cpu});
        for (const std::uint32_t cpu : {1U, 2U, 3U}) {
            CHECK(f.ends->sender.try_send(Token(static_cast<int>(cpu))));
            for (const std::uint32_t other : {1U, 2U, 3U})
                CHECK(f.system.inbox(CpuId{other}).size() == (other == cpu ? 1 : 0));
            // It is its own already: nobody who comes now gets it.
            CHECK(f.ends->receiver.try_receive().error() == Error::QueueEmpty);
            f.system.run_all();
        }
        CHECK(f.seen == "1 2 3");
    }
    SUBCASE("to send") {
        f.start_sender(1, 2);
        for (const std::uint32_t cpu : {1U, 2U, 3U})
            f.start_sender(static_cast<int>(cpu + 2), 1, CpuId{cpu});
        for (int number = 1; number <= 3; ++number) {
            CHECK(f.ends->receiver.try_receive()->number() == number);
            for (int other = 1; other <= 3; ++other)
                CHECK(f.system.inbox(CpuId{static_cast<std::uint32_t>(other)}).size() ==
                      (other == number ? 1 : 0));
            const auto refused = f.ends->sender.try_send(Token(9)); // the room is somebody's
            CHECK(refused.error().reason == Error::QueueFull);
            f.system.run_all();
        }
        f.start_receiver(2);
        CHECK(f.seen == "4 5");
    }
}

TEST_CASE("channel: an end closes when the last right to it does") {
    Many f;
    std::optional other(f.ends->sender.copy());
    leave(f.ends->sender);
    CHECK(f.ends->receiver.try_receive().error() == Error::QueueEmpty);
    other.reset();
    CHECK(f.ends->receiver.try_receive().error() == Error::PeerClosed);
    std::optional last(f.ends->receiver.copy());
    leave(f.ends->receiver);
    CHECK(last->try_receive().error() == Error::PeerClosed);
    CHECK(f.channel.open().error() == Error::Busy);
    last.reset();
    f.ends.emplace(*f.channel.open());
}

TEST_CASE("channel: all who wait hear that the other end has closed") {
    Many f;
    SUBCASE("to receive") {
        for (const std::uint32_t cpu : {1U, 2U, 3U})
            f.start_receiver(1, CpuId{cpu});
        leave(f.ends->sender);
        f.system.run_all();
        CHECK(f.seen == "PeerClosed PeerClosed PeerClosed");
    }
    SUBCASE("to send") {
        for (const int number : {1, 2, 3, 4, 5})
            f.start_sender(number);
        leave(f.ends->receiver);
        f.system.run_all();
        CHECK(f.seen == "PeerClosed3 PeerClosed4 PeerClosed5");
    }
}

TEST_CASE("channel: INV-CHANNEL-1: however tasks and messages come, each value is in one place") {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        Walk walk;
        walk.start(seed);
        std::vector<int> all = walk.received;
        all.insert(all.end(), walk.returned.begin(), walk.returned.end());
        std::sort(all.begin(), all.end());
        CHECK(all.size() == Walk::senders * Walk::each);
        for (std::size_t n = 0; n < all.size(); ++n)
            CHECK(all[n] == static_cast<int>(n));
        CHECK(walk.received.size() > 100);
        CHECK(Token::alive() == 0);
        walk.f.ends.emplace(*walk.f.channel.open()); // all have left
    }
}
