// SPDX-License-Identifier: MIT
// What every form of a channel does.
#include "fixture.hpp"

using namespace channel_test;
using host_test::last_words;

namespace {

/// A Form as a type.
template <Form F>
struct Of {
    static constexpr Form form = F;
};

} // namespace

#define AS_EVERY_FORM(name)                                                                        \
    TEST_CASE_TEMPLATE(name, F, Of<Form::Spsc>, Of<Form::Mpsc>, Of<Form::Mpmc>)

AS_EVERY_FORM("channel: INV-CHANNEL-2: values come in the order in which they were sent") {
    Fixture<F::form> f;
    for (int round = 0; round < 5; ++round) { // the ring goes around
        for (const int number : {2 * round, 2 * round + 1})
            CHECK(f.ends->sender.try_send(Token(number)));
        for (const int number : {2 * round, 2 * round + 1})
            CHECK(f.ends->receiver.try_receive()->number() == number);
    }
}

AS_EVERY_FORM("channel: INV-CHANNEL-1: what is refused comes back whole") {
    Fixture<F::form> f;
    CHECK(f.ends->receiver.try_receive().error() == Error::QueueEmpty);
    CHECK(f.ends->sender.try_send(Token(1)));
    CHECK(f.ends->sender.try_send(Token(2)));
    const auto refused = f.ends->sender.try_send(Token(3));
    CHECK(refused.error().reason == Error::QueueFull);
    CHECK(refused.error().value.number() == 3);
    CHECK(Token::alive() == 3);
    CHECK(f.ends->receiver.try_receive()->number() == 1);
}

AS_EVERY_FORM("channel: who sends waits while it is full, who receives while it is empty") {
    Fixture<F::form> f;
    SUBCASE("to send") {
        f.start_sender(1, 4, one);
        CHECK(f.system.inbox(one).empty());
        CHECK(f.system.all_taken(one) == 1); // it waits
        f.start_receiver(4, two);
        CHECK(f.seen == "1 2 3 4");
    }
    SUBCASE("to receive") {
        f.start_receiver(4, one);
        CHECK(f.seen.empty());
        f.start_sender(1, 4, two);
        CHECK(f.seen == "1 2 3 4");
    }
    CHECK(f.system.all_taken(one) == 0);
    CHECK(f.system.all_taken(two) == 0);
}

AS_EVERY_FORM("channel: an unpark that comes in between does not end a wait") {
    Fixture<F::form> f;
    const auto waits = f.system.started(
        {.cpu = one}, [&](Task& self) { f.note_received(f.ends->receiver.receive(self)); });
    f.system.run_all();
    for (int n = 0; n < 3; ++n) {
        (void)sched::unpark(f.system, waits.pid());
        f.system.run_all();
    }
    CHECK(f.seen.empty());
    f.start_sender(7);
    CHECK(f.seen == "7");
}

AS_EVERY_FORM("channel: a wait ends in time, and nothing is lost") {
    Fixture<F::form> f;
    SUBCASE("to receive") {
        f.start_receiver(1, one, at(10ns));
        f.system.go_on_to(at(9ns));
        f.system.run_all();
        CHECK(f.seen.empty());
        f.system.go_on_to(at(10ns));
        f.system.run_all();
        CHECK(f.seen == "TimedOut");
        f.start_sender(1);
        f.start_receiver();
        CHECK(f.seen == "TimedOut 1");
    }
    SUBCASE("to send") {
        f.start_sender(1, 3, one, at(10ns));
        f.system.go_on_to(at(10ns));
        f.system.run_all();
        CHECK(f.seen == "TimedOut3");
        f.start_receiver(2);
        CHECK(f.seen == "TimedOut3 1 2");
        CHECK(f.ends->receiver.try_receive().error() == Error::QueueEmpty);
    }
    SUBCASE("to receive, and a value comes at the same time") {
        f.start_receiver(1, one, at(10ns));
        f.system.go_on_to(at(10ns)); // the unpark is on its way
        CHECK(f.ends->sender.try_send(Token(5)));
        f.system.run_all();
        CHECK(f.seen == "5");
    }
    SUBCASE("to send, and there is room at the same time") {
        f.start_sender(1, 3, one, at(10ns));
        f.system.go_on_to(at(10ns));
        f.note_received(f.ends->receiver.try_receive());
        f.system.run_all();
        f.start_receiver(2);
        CHECK(f.seen == "1 2 3");
    }
    SUBCASE("a moment that has passed") {
        f.system.go_on_to(at(20ns));
        f.start_receiver(1, one, at(10ns));
        CHECK(f.seen == "TimedOut");
    }
}

AS_EVERY_FORM("channel: INV-CHANNEL-1: when all senders have gone, the rest is received first") {
    Fixture<F::form> f;
    CHECK(f.ends->sender.try_send(Token(1)));
    SUBCASE("before it is looked for") {
        leave(f.ends->sender);
        f.start_receiver(3);
        CHECK(f.seen == "1 PeerClosed PeerClosed");
        CHECK(f.ends->receiver.try_receive().error() == Error::PeerClosed);
    }
    SUBCASE("who waits hears of it") {
        f.start_receiver(2, one);
        CHECK(f.seen == "1");
        leave(f.ends->sender);
        f.system.run_all();
        CHECK(f.seen == "1 PeerClosed");
    }
}

AS_EVERY_FORM("channel: INV-CHANNEL-1: when all receivers have gone, what was sent ends") {
    Fixture<F::form> f;
    SUBCASE("before it is sent") {
        CHECK(f.ends->sender.try_send(Token(1)));
        leave(f.ends->receiver);
        CHECK(Token::alive() == 0);
        const auto refused = f.ends->sender.try_send(Token(2));
        CHECK(refused.error().reason == Error::PeerClosed);
        CHECK(refused.error().value.number() == 2);
        f.start_sender(3);
        CHECK(f.seen == "PeerClosed3");
    }
    SUBCASE("who waits gets its value back") {
        f.start_sender(1, 3, one);
        leave(f.ends->receiver);
        f.system.run_all();
        CHECK(f.seen == "PeerClosed3");
    }
}

AS_EVERY_FORM("channel: once both ends are closed it opens anew, and not before") {
    Fixture<F::form> f;
    for (int round = 0; round < 3; ++round) {
        CHECK(f.channel.open().error() == Error::Busy);
        CHECK(f.ends->sender.try_send(Token(round)));
        round % 2 == 0 ? leave(f.ends->sender) : leave(f.ends->receiver);
        CHECK(f.channel.open().error() == Error::Busy);
        round % 2 == 0 ? leave(f.ends->receiver) : leave(f.ends->sender);
        CHECK(Token::alive() == 0);
        auto again = f.channel.open();
        CHECK(again->receiver.try_receive().error() == Error::QueueEmpty);
        f.ends.emplace(*std::move(again));
    }
}

AS_EVERY_FORM("channel: a right that is assigned to leaves the end that it was to") {
    Fixture<F::form> f;
    typename Fixture<F::form>::Channel other;
    auto theirs = *other.open();
    f.ends->sender = std::move(theirs.sender); // which is here yet, to nothing
    CHECK(f.ends->receiver.try_receive().error() == Error::PeerClosed);
    CHECK(theirs.receiver.try_receive().error() == Error::QueueEmpty);
    f.ends->receiver = std::move(theirs.receiver);
    CHECK(f.ends->sender.try_send(Token(1)));
    CHECK(f.ends->receiver.try_receive()->number() == 1);
    CHECK(f.channel.open()); // both ends were left
    f.ends.reset();          // the other channel ends before the fixture
}

AS_EVERY_FORM("channel: a right that was moved away, or a channel that ends open, ends the image") {
    Fixture<F::form> f;
    auto sender = std::move(f.ends->sender);
    auto receiver = std::move(f.ends->receiver);
    CHECK(last_words([&] {
              (void)f.ends->sender.try_send(Token(1));
          }).ends_with("channel: a right is used that was moved away\n"));
    CHECK(last_words([&] {
              (void)f.ends->receiver.try_receive();
          }).ends_with("channel: a right is used that was moved away\n"));
    CHECK(
        last_words([&] { f.channel.~Channel(); }).ends_with("channel: it ends while it is open\n"));
}
