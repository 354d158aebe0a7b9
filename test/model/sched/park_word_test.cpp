// SPDX-License-Identifier: MIT
// The park word alone: a task that its CPU plays, and CPUs that unpark it by name.
#include <neuron/sched/park_word.hpp>

#include <model/await.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::sched::ParkWord;
using Unparked = ParkWord::Unparked;

namespace {

constexpr CpuId home{0};
constexpr std::uint32_t generation = 7;

/// A task at home on CPU 0, and what CPUs 1 and 2 tell it.
struct Sleeper {
    Sleeper() { word.begin(generation, home, QosClass::Normal); }

    /// The task waits; returns when it is gone on with. `by_home`: its CPU unparks it, too, from an
    /// interrupt.
    void park(bool by_home = false) {
        frame.write(0);
        if (!word.park())
            return;
        if (by_home && unpark(home) == Unparked::Ready)
            return;
        (void)model::await_exchange(mail, 0, acquire,
                                    [](std::uint64_t value) { return value != 0; });
        word.arrive();
        MODEL_ASSERT(frame.read() != 0);
    }
    Unparked unpark(CpuId self, std::uint32_t of = generation, bool stop = false) {
        const ParkWord::Answer answer = word.unpark(of, self, stop);
        if (answer.what == Unparked::Ready || answer.what == Unparked::Sent)
            frame.write(1); // INV-SCHED-2: it is the winner's alone
        if (answer.what == Unparked::Sent) {
            MODEL_ASSERT(answer.home == home && self != home);
            MODEL_ASSERT(mail.exchange(1, release) == 0);
        }
        return answer.what;
    }

    /// One more thing has come to pass, of which the unpark alone says that it may be looked at.
    void tell(CpuId self) {
        told.at(self.index()).store(told.at(self.index()).load(relaxed) + 1, relaxed);
        MODEL_ASSERT(unpark(self) != Unparked::Stale);
    }
    /// INV-SCHED-1: waits until both have told so many things. A task that missed one, or was
    /// gone on with before it could see it, would wait for ever.
    void hear(unsigned from_one, unsigned from_two, int home_unparks = 0) {
        while (told[1].load(relaxed) != from_one || told[2].load(relaxed) != from_two)
            park(home_unparks-- > 0);
    }

    ParkWord word;
    Word mail;
    Plain<int> frame{0}; ///< the task itself, as who goes on with it finds it
    std::array<Word, 3> told;
};

} // namespace

TEST_CASE("sched: INV-SCHED-1: each unpark is followed by the end of a park that knows of it") {
    passes("ParkWord: an unpark hands over", 4, [] {
        Sleeper task;
        Plain<int> message{0};
        parallel(
            [&] {
                task.park();
                MODEL_ASSERT(message.read() == 1);
            },
            [&] {
                message.write(1);
                (void)task.unpark(CpuId{1});
            });
    });
    passes("ParkWord: 2 CPUs tell 1 thing each", 440, [] {
        Sleeper task;
        parallel([&] { task.hear(1, 1); }, [&] { task.tell(CpuId{1}); },
                 [&] { task.tell(CpuId{2}); });
    });
    passes("ParkWord: 2 CPUs tell 1 thing each, the home unparks twice", 97996, [] {
        Sleeper task;
        parallel([&] { task.hear(1, 1, 2); }, [&] { task.tell(CpuId{1}); },
                 [&] { task.tell(CpuId{2}); });
    });
    passes("ParkWord: 2 CPUs tell 2 things and 1", 44270, [] {
        Sleeper task;
        parallel([&] { task.hear(2, 1); },
                 [&] {
                     task.tell(CpuId{1});
                     task.tell(CpuId{1});
                 },
                 [&] { task.tell(CpuId{2}); });
    });
}

TEST_CASE("sched: INV-SCHED-2: one alone goes on with a parked task") {
    passes("ParkWord: a parked task, 2 CPUs unpark it twice each", 164, [] {
        Sleeper task;
        MODEL_ASSERT(task.word.park());
        Word winners;
        const auto twice = [&](CpuId self) {
            for (int i = 0; i < 2; ++i)
                winners.fetch_add(task.unpark(self) == Unparked::Sent ? 1 : 0, relaxed);
        };
        parallel([&] { twice(CpuId{1}); }, [&] { twice(CpuId{2}); });
        MODEL_ASSERT(winners.load(relaxed) == 1);
        task.word.arrive();
        MODEL_ASSERT(task.word.park()); // all that came was of the wait that has ended
    });
}

TEST_CASE("sched: an unpark by a name of old changes nothing") {
    passes("ParkWord: the next task in a place, 2 CPUs that know the last", 3168, [] {
        Sleeper task;
        const auto by_old_name = [&](CpuId self) {
            for (int i = 0; i < 2; ++i)
                (void)task.unpark(self, generation, true);
        };
        parallel(
            [&] {
                MODEL_ASSERT(!task.word.end());
                MODEL_ASSERT(task.word.generation() == generation);
                task.word.begin(generation + 1, home, QosClass::Normal);
                MODEL_ASSERT(!task.word.is_stop_requested());
                MODEL_ASSERT(task.word.park()); // nobody has unparked this one
            },
            [&] { by_old_name(CpuId{1}); }, [&] { by_old_name(CpuId{2}); });
        MODEL_ASSERT(task.unpark(CpuId{1}) == Unparked::Stale);
        MODEL_ASSERT(task.unpark(CpuId{1}, generation + 1) == Unparked::Sent);
    });
}

TEST_CASE("sched: a task that waits hears that it is to stop") {
    passes("ParkWord: 1 CPU asks it to stop, another unparks it twice", 11853, [] {
        Sleeper task;
        parallel(
            [&] {
                while (!task.word.is_stop_requested())
                    task.park();
            },
            [&] { (void)task.unpark(CpuId{1}, generation, true); },
            [&] {
                (void)task.unpark(CpuId{2});
                (void)task.unpark(CpuId{2});
            });
    });
}
