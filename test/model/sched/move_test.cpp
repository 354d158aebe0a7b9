// SPDX-License-Identifier: MIT
// Moves: noted by any CPU, made by the task's home when the task would run next.
#include <neuron/sched/park_word.hpp>

#include <model/await.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using neuron::sched::ParkWord;
using Noted = ParkWord::Noted;
using Unparked = ParkWord::Unparked;

namespace {

constexpr std::uint32_t generation = 3;
constexpr unsigned cpus = 3;

/// What comes to a CPU.
enum Mail : unsigned { nothing, woken, moved, over };

/// A task that begins on CPU 0, and may go on on each of the others.
struct Traveller {
    enum Slot : int { free, out, taken_over };

    Traveller() { word.begin(generation, CpuId{0}, QosClass::Normal); }

    void post(CpuId cpu, Mail mail) {
        // INV-SCHED-5: it is in one message at a time.
        const unsigned before = mails.at(cpu.index()).exchange(mail, release);
        MODEL_ASSERT(before == nothing);
    }
    Mail receive(CpuId cpu) {
        return static_cast<Mail>(
            model::await_exchange(mails.at(cpu.index()), nothing, acquire,
                                  [](std::uint64_t value) { return value != nothing; }));
    }

    /// As sched::migrate and sched::unpark do it.
    Noted migrate(CpuId goal) {
        const auto home = word.home_of(generation);
        return home ? note(*home, {goal, home->qos}) : Noted::Stale;
    }
    /// As sched_qos::set_qos does it: the same home, in another class.
    Noted set_qos(QosClass qos) {
        const auto home = word.home_of(generation);
        return home ? note(*home, {home->cpu, qos}) : Noted::Stale;
    }
    Noted note(ParkWord::Home home, ParkWord::Home goal) {
        Plain<int>& slot = slot_of(goal);
        MODEL_ASSERT(slot.read() == free);
        slot.write(out);
        const Noted noted = word.note_move(generation, home, goal);
        if (noted != Noted::Noted)
            slot.write(free);
        return noted;
    }
    Plain<int>& slot_of(ParkWord::Home goal) {
        return slots.at(goal.cpu.index() + (goal.qos == QosClass::Normal ? 0 : cpus));
    }
    /// As sched::detail::attend_one looks at it: what its last home did to it is done.
    void attend(CpuId self) {
        if (word.is_at_home(self))
            (void)frame.read();
    }
    void unpark(CpuId self) {
        const ParkWord::Answer answer = word.unpark(generation, self);
        if (answer.what == Unparked::Sent)
            post(answer.home, woken);
        MODEL_ASSERT(answer.what != Unparked::Ready);
    }
    /// Who has noted `goal` has gone from there: once, and what it did before is seen.
    void take_over(const ParkWord::Home& goal) {
        Plain<int>& slot = slot_of(goal);
        MODEL_ASSERT(slot.read() == out);
        slot.write(taken_over);
        ++moves;
    }

    /// The task, if it is at home here, until it is over: it waits until CPUs 1 and 2 have told it
    /// what they have to.
    void host(CpuId cpu, bool is_here) {
        for (;;) {
            if (!is_here) {
                const Mail mail = receive(cpu);
                if (mail == over)
                    return;
                if (mail == woken)
                    word.arrive();
                is_here = true;
            }
            frame.write(static_cast<int>(cpu.value)); // it is in one place
            if (word.wants_to_move()) {
                const ParkWord::Home home = word.goal();
                take_over(home);
                word.depart();
                is_here = home.cpu == cpu; // of another class from now on
                if (!is_here)
                    post(home.cpu, moved);
            } else if (told[1].load(relaxed) != 0 && told[2].load(relaxed) != 0) {
                if (const auto move = word.end())
                    take_over(*move);
                for (std::uint32_t other = 0; other < cpus; ++other)
                    if (other != cpu.value)
                        post(CpuId{other}, over);
                return;
            } else {
                is_here = !word.park();
            }
        }
    }
    void tell(CpuId self) {
        told.at(self.index()).store(1, relaxed);
        unpark(self);
    }

    ParkWord word;
    std::array<Word, cpus> mails;
    std::array<Plain<int>, 2 * cpus> slots; ///< of class Normal, and of the other
    std::array<Word, cpus> told;
    Plain<int> frame{0};
    unsigned moves = 0; ///< by whoever has the task
};

} // namespace

TEST_CASE("sched: INV-SCHED-3: a task is where its word says, also when it moves as it is woken") {
    passes("ParkWord: 1 CPU has it come, 2 unpark it", 11272, [] {
        Traveller task;
        unsigned noted = 0;
        parallel([&] { task.host(CpuId{0}, true); },
                 [&] {
                     noted = task.migrate(CpuId{1}) == Noted::Noted ? 1 : 0;
                     task.tell(CpuId{1});
                     task.host(CpuId{1}, false);
                 },
                 [&] {
                     task.tell(CpuId{2});
                     task.host(CpuId{2}, false);
                 });
        MODEL_ASSERT(task.moves == noted);
    });
    passes("ParkWord: 1 CPU has it come, and attends to it on its way", 13654, [] {
        Traveller task;
        parallel([&] { task.host(CpuId{0}, true); },
                 [&] {
                     (void)task.migrate(CpuId{1});
                     task.attend(CpuId{1});
                     task.tell(CpuId{1});
                     task.host(CpuId{1}, false);
                 },
                 [&] {
                     task.tell(CpuId{2});
                     task.host(CpuId{2}, false);
                 });
    });
}

TEST_CASE("sched: INV-SCHED-4: the slot of a noted move is taken over once, or was never left") {
    passes("ParkWord: 2 CPUs have it come, and unpark it", 56408, [] {
        Traveller task;
        std::array<unsigned, cpus> noted{};
        const auto other = [&](CpuId self) {
            noted.at(self.index()) = task.migrate(self) == Noted::Noted ? 1 : 0;
            task.tell(self);
            task.host(self, false);
        };
        parallel([&] { task.host(CpuId{0}, true); }, [&] { other(CpuId{1}); },
                 [&] { other(CpuId{2}); });
        MODEL_ASSERT(task.moves == noted[1] + noted[2] && task.moves >= 1);
    });
    passes("ParkWord: it ends while 2 CPUs note a move, twice each", 61, [] {
        Traveller task;
        const auto other = [&](CpuId self) {
            for (int i = 0; i < 2; ++i)
                if (task.migrate(self) == Noted::Noted)
                    return;
        };
        parallel(
            [&] {
                if (const auto move = task.word.end())
                    task.take_over(*move);
            },
            [&] { other(CpuId{1}); }, [&] { other(CpuId{2}); });
        int left = 0;
        for (auto& slot : task.slots)
            left += slot.read() == Traveller::out ? 1 : 0;
        MODEL_ASSERT(left == 0 && task.moves <= 1);
    });
    passes("ParkWord: a task of another class by then, and the next one in its place", 18, [] {
        ParkWord word;
        word.begin(generation, CpuId{0}, QosClass::Normal);
        MODEL_ASSERT(word.home_of(generation)->qos == QosClass::Normal);
        const auto note = [&](QosClass qos) {
            return word.note_move(generation, {CpuId{0}, qos}, {CpuId{1}, qos});
        };
        parallel(
            [&] {
                MODEL_ASSERT(!word.end());
                word.begin(generation + 1, CpuId{0}, QosClass::Idle);
            },
            [&] {
                MODEL_ASSERT(note(QosClass::Idle) != Noted::Noted);
                MODEL_ASSERT(note(QosClass::Idle) != Noted::Noted);
            },
            [&] {
                const auto home = word.home_of(generation);
                MODEL_ASSERT(!home || home->qos == QosClass::Normal);
            });
        MODEL_ASSERT(!word.wants_to_move() && note(QosClass::Idle) == Noted::Stale);
        MODEL_ASSERT(!word.home_of(generation));
    });
}

TEST_CASE("sched: INV-SCHED-4: a task is moved while it gets another class, and keeps both") {
    passes("ParkWord: 1 CPU has it come and 1 changes its class, both unpark it", 112512, [] {
        Traveller task;
        std::array<unsigned, cpus> noted{};
        parallel([&] { task.host(CpuId{0}, true); },
                 [&] {
                     noted[1] = task.migrate(CpuId{1}) == Noted::Noted ? 1 : 0;
                     task.tell(CpuId{1});
                     task.host(CpuId{1}, false);
                 },
                 [&] {
                     noted[2] = task.set_qos(QosClass::PerfBurst) == Noted::Noted ? 1 : 0;
                     task.tell(CpuId{2});
                     task.host(CpuId{2}, false);
                 });
        MODEL_ASSERT(task.moves == noted[1] + noted[2] && task.moves >= 1);
    });
}

// A message that was sent for who had a place before comes when the next task has begun there.
TEST_CASE("sched: INV-SCHED-13: who attends to a new task finds it made") {
    passes("ParkWord: a task begins in a place that its home looks at", 2, [] {
        ParkWord word;
        Plain<int> made{0};
        parallel(
            [&] {
                made.write(1);
                word.begin(generation, CpuId{1}, QosClass::Normal);
            },
            [&] {
                if (word.is_at_home(CpuId{1}))
                    MODEL_ASSERT(made.read() == 1);
            });
    });
}
