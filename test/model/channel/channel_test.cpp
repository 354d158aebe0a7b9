// SPDX-License-Identifier: MIT
// Both cores of a channel, by the library's own tasks: a value sent is received once, in order, and
// whoever waits is woken, whatever closes or ends by time meanwhile.
#include <neuron/channel/pool.hpp>

#include "scene.hpp"

using namespace channel_model;

namespace {

using One = Scene<Form::Spsc>;
using Two = Scene<Form::Spsc, 2>;
using Many = Scene<Form::Mpmc>;

template <class S>
S& here() {
    return *S::current;
}
constexpr core::Instant limit;

/// Sends 1 to Count, and leaves.
template <class S, int Count>
void send(Task& self) {
    for (int number = 1; number <= Count; ++number)
        here<S>().note(here<S>().sender->send(self, Token(number)));
    here<S>().sender.reset();
}
/// Receives until the sender has left.
template <class S>
void receive_all(Task& self) {
    int before = 0;
    while (here<S>().note_received(here<S>().receiver->receive(self)))
        MODEL_ASSERT(here<S>().last == ++before);
    here<S>().receiver.reset();
}

/// 2 are sent into room for one; who has received one leaves.
template <class S>
void leave_after_one() {
    S scene;
    scene.system.on_each_cpu(
        [](Task& self) {
            if (here<S>().system.this_cpu() == zero) {
                send<S, 2>(self);
            } else {
                here<S>().note_received(here<S>().receiver->receive(self));
                here<S>().receiver.reset();
            }
        },
        2);
    scene.check_conserved(2, 1); // the second was dropped, or came back
    MODEL_ASSERT(scene.channel.open().has_value());
}

} // namespace

TEST_CASE("channel: INV-CHANNEL-1: one sends, one receives") {
    passes("Spsc of 1: 2 sent, received to the end", 27476, [] {
        One scene;
        scene.system.on_each_cpu(
            [](Task& self) {
                if (here<One>().system.this_cpu() == zero)
                    send<One, 2>(self);
                else
                    receive_all<One>(self);
            },
            2);
        MODEL_ASSERT(scene.received[1] == 1 && scene.received[2] == 1);
        MODEL_ASSERT(scene.channel.open().has_value());
    });
    passes("Spsc of 2: 3 sent, 3 received", 13829, [] {
        Two scene;
        scene.system.on_each_cpu(
            [](Task& self) {
                for (const int number : {1, 2, 3})
                    if (here<Two>().system.this_cpu() == zero)
                        here<Two>().note(here<Two>().sender->send(self, Token(number)));
                    else
                        MODEL_ASSERT(
                            here<Two>().note_received(here<Two>().receiver->receive(self)) &&
                            here<Two>().last == number);
            },
            2);
        MODEL_ASSERT(scene.received[1] == 1 && scene.received[2] == 1 && scene.received[3] == 1);
    });
    passes("Spsc of 1: 2 sent, the receiver leaves after 1", 1140, leave_after_one<One>);
}

TEST_CASE(
    "channel: INV-CHANNEL-3: the right to receive goes on to another task between two values") {
    struct Passed : One {
        sched::Pid first;
    };
    passes("Spsc of 1: 1 unparked for nothing, 2 sent, received by 1 task each", 225976, [] {
        Passed scene;
        MODEL_ASSERT(sched::spawn(scene.system, {.cpu = zero}, [](Task& self) {
            (void)sched::unpark(here<One>().system, static_cast<Passed&>(here<One>()).first);
            for (const int number : {1, 2})
                here<One>().note(here<One>().sender->send(self, Token(number)));
        }));
        const auto receiving = [&](int number) {
            return sched::spawn(
                scene.system, {.cpu = one},
                [](Task& self, int expected) {
                    MODEL_ASSERT(here<One>().note_received(here<One>().receiver->receive(self)));
                    MODEL_ASSERT(here<One>().last == expected);
                },
                number);
        };
        scene.first = receiving(1)->pid();
        parallel([&] { scene.system.run(zero, 1); },
                 [&] {
                     scene.system.run(one, 1); // it has ended, and may be woken yet
                     MODEL_ASSERT(receiving(2));
                     scene.system.run(one, 2);
                 });
        scene.system.play(zero);
    });
}

TEST_CASE("channel: INV-CHANNEL-1: a wait that time ends as a value comes, of one and one") {
    passes("Spsc of 1: 1 sent, received with a limit", 1998, [] {
        One scene;
        scene.run_with_limit(
            [](Task& self) {
                here<One>().timed_out =
                    !here<One>().note_received(here<One>().receiver->receive_until(self, limit));
            },
            [](Task& self) { send<One, 1>(self); });
        if (scene.timed_out)
            MODEL_ASSERT(scene.note_received(scene.receiver->try_receive()));
        scene.check_conserved(1);
    });
    passes("Spsc of 1: 2 sent with a limit, 1 received", 12181, [] {
        One scene;
        scene.run_with_limit(
            [](Task& self) {
                for (const int number : {1, 2})
                    here<One>().note(here<One>().sender->send_until(self, Token(number), limit));
            },
            [](Task& self) {
                MODEL_ASSERT(here<One>().note_received(here<One>().receiver->receive(self)));
            });
        if (scene.returned[2] == 0)
            MODEL_ASSERT(scene.note_received(scene.receiver->try_receive()));
        scene.check_conserved(2);
    });
}

TEST_CASE("channel: INV-CHANNEL-1: many send, many receive") {
    passes("Mpmc of 1: 2 CPUs send 1 each, 1 receives to the end", 5132, [] {
        Many scene;
        std::optional second(scene.sender->copy());
        scene.second = &second;
        scene.system.on_each_cpu([](Task& self) {
            auto& all = here<Many>();
            switch (all.system.this_cpu().value) {
            case 0:
                all.note(all.sender->send(self, Token(1)));
                all.sender.reset();
                break;
            case 1:
                all.note((*all.second)->send(self, Token(2)));
                all.second->reset();
                break;
            default:
                while (all.note_received(all.receiver->receive(self))) {
                }
            }
        });
        MODEL_ASSERT(scene.received[1] == 1 && scene.received[2] == 1);
    });
    passes("Mpmc of 1: 1 CPU sends 2, 2 receive 1 each", 1530, [] {
        Many scene;
        scene.system.on_each_cpu([](Task& self) {
            auto& all = here<Many>();
            if (all.system.this_cpu() == zero)
                send<Many, 2>(self);
            else
                MODEL_ASSERT(all.note_received(all.receiver->receive(self)));
        });
        MODEL_ASSERT(scene.received[1] == 1 && scene.received[2] == 1);
    });
    passes("Mpmc of 1: 1 CPU sends 2, the receiver leaves after 1", 750, leave_after_one<Many>);
    passes("Mpmc of 1: 1 CPU sends, 1 receives with a limit", 773, [] {
        Many scene;
        scene.run_with_limit(
            [](Task& self) {
                here<Many>().timed_out =
                    !here<Many>().note_received(here<Many>().receiver->receive_until(self, limit));
            },
            [](Task& self) { send<Many, 1>(self); });
        if (scene.timed_out)
            MODEL_ASSERT(scene.note_received(scene.receiver->try_receive()));
        scene.check_conserved(1);
    });
}

namespace {

/// 1 and 2 are sent with a limit into room for one; who could receive them leaves.
template <class S>
void leave_against_limit() {
    S scene;
    scene.run_with_limit(
        [](Task& self) {
            for (const int number : {1, 2})
                here<S>().note(here<S>().sender->send_until(self, Token(number), limit));
        },
        [](Task&) { here<S>().receiver.reset(); });
    MODEL_ASSERT(scene.returned[2] == 1);
    scene.check_conserved(2, 1);
}

/// One leaves each end, and a third CPU opens the channel as soon as it can, and uses it.
template <class S>
void reopen() {
    S scene;
    suite::each_of(3, [&](unsigned cpu) {
        scene.system.play(CpuId{cpu});
        if (cpu == 0) {
            scene.note(scene.sender->try_send(Token(1)));
            scene.sender.reset();
        } else if (cpu == 1) {
            (void)scene.note_received(scene.receiver->try_receive());
            scene.receiver.reset();
        } else if (auto ends = scene.channel.open()) {
            MODEL_ASSERT(!ends->receiver.try_receive());
            MODEL_ASSERT(ends->sender.try_send(Token(2)));
            MODEL_ASSERT(scene.note_received(ends->receiver.try_receive()) && scene.last == 2);
        }
    });
    scene.system.play(zero);
    scene.check_conserved(1, 1);
}

} // namespace

TEST_CASE("channel: the receiver leaves as the wait of a sender ends by time") {
    passes("Spsc of 1: 2 sent with a limit, the receiver leaves", 5570, leave_against_limit<One>);
    passes("Mpmc of 1: 2 sent with a limit, the receiver leaves", 1018, leave_against_limit<Many>);
}

TEST_CASE("channel: who opens it anew comes after all that its former users did") {
    passes("Spsc of 1: 1 sent, 1 received, opened anew", 42, reopen<One>);
    passes("Mpmc of 1: 1 sent, 1 received, opened anew", 240, reopen<Many>);
}

TEST_CASE("channel: INV-CHANNEL-4: a place of a pool is one Box's at a time") {
    passes("Pool of 1: 3 CPUs make a Box, and end it", 372, [] {
        std::array<int, 4> ended{};
        Token::ended = &ended;
        channel::Pool<Token, 1> pool;
        int made = 0;
        suite::each_of(3, [&](unsigned cpu) {
            if (const auto box = pool.make(static_cast<int>(cpu) + 1)) {
                MODEL_ASSERT((*box)->read() == static_cast<int>(cpu) + 1);
                ++made;
            }
        });
        MODEL_ASSERT(made >= 1 && ended[1] + ended[2] + ended[3] == made);
        MODEL_ASSERT(pool.taken() == 0 && pool.make(1));
    });
}
