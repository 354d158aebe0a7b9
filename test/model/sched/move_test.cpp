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
        Plain<int>& slot = slots.at(goal.index());
        MODEL_ASSERT(slot.read() == free);
        slot.write(out);
        const Noted noted = word.note_move(generation, {goal, QosClass::Normal}).first;
        if (noted != Noted::Noted)
            slot.write(free);
        return noted;
    }
    void unpark(CpuId self) {
        const ParkWord::Answer answer = word.unpark(generation, self);
        if (answer.what == Unparked::Sent)
            post(answer.home, woken);
        MODEL_ASSERT(answer.what != Unparked::Ready);
    }
    /// Who has noted `goal` has gone from there: once, and what it did before is seen.
    void take_over(const ParkWord::Move& move) {
        Plain<int>& slot = slots.at(move.cpu.index());
        MODEL_ASSERT(slot.read() == out && move.qos == QosClass::Normal);
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
                const ParkWord::Move move = word.depart();
                take_over(move);
                post(move.cpu, moved);
                is_here = false;
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
    std::array<Plain<int>, cpus> slots;
    std::array<Word, cpus> told;
    Plain<int> frame{0};
    unsigned moves = 0; ///< by whoever has the task
};

} // namespace

TEST_CASE("sched: INV-SCHED-3: a task is where its word says, also when it moves as it is woken") {
    passes("ParkWord: 1 CPU has it come, 2 unpark it", 8625, [] {
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
}

TEST_CASE("sched: INV-SCHED-4: the slot of a noted move is taken over once, or was never left") {
    passes("ParkWord: 2 CPUs have it come, and unpark it", 26468, [] {
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
    passes("ParkWord: it ends while 2 CPUs note a move, twice each", 28, [] {
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
        MODEL_ASSERT(word.qos_of(generation) == QosClass::Normal);
        const auto note = [&](QosClass qos) {
            return word.note_move(generation, {CpuId{1}, qos}).first;
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
                const auto qos = word.qos_of(generation);
                MODEL_ASSERT(!qos || *qos == QosClass::Normal);
            });
        MODEL_ASSERT(!word.wants_to_move() && note(QosClass::Idle) == Noted::Stale);
        MODEL_ASSERT(!word.qos_of(generation));
    });
}
