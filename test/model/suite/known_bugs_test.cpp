// SPDX-License-Identifier: MIT
// Programs with a known fault, which must be found as what it is, each beside its mended twin,
// which must pass. Checkers have missed some of them: the race behind seq_cst fences, and the one
// that C++20 made by taking same-thread stores out of release sequences.
#include <doctest/doctest.h>
#include <model/cpu.hpp>
#include <model/memory.hpp>

#include "structures.hpp"

using namespace suite;
using model::Error;

namespace {

/// body(true) has the fault, body(false) has not.
template <class Body>
void twins(std::string name, Error error, Body body, model::Options options = {}) {
    CAPTURE(name);
    const auto broken = model::check([&] { body(true); }, options);
    CHECK_MESSAGE(broken.error == error, broken.report());
    CHECK(broken.trace.find("thread 0") != std::string::npos);
    const auto mended = model::check([&] { body(false); }, options);
    CHECK_MESSAGE(mended.ok(), mended.report());
    CHECK(mended.complete > 0);
}

/// A lock whose unlock has this order; waiting is one await.
struct Lock {
    void lock() {
        spin_until([&] { return word.load(relaxed) == 0 && word.exchange(1, acquire) == 0; });
    }
    void unlock(Order order = release) { word.store(0, order); }
    Word word;
};

} // namespace

TEST_CASE("model: rings that publish too weakly") {
    twins("SPSC", Error::Race, [](bool broken) {
        Spsc<2> ring;
        parallel(
            [&] {
                for (int i = 1; i <= 3; ++i)
                    spin_until([&] { return ring.push(i, broken ? relaxed : release); });
            },
            [&] {
                for (int i = 1; i <= 3; ++i) {
                    std::optional<int> value;
                    spin_until([&] { return (value = ring.pop()).has_value(); });
                    MODEL_ASSERT(*value == i);
                }
            });
    });
    twins("MPSC", Error::Race, [](bool broken) {
        Mpsc<4> ring(broken ? relaxed : release);
        int sum = 0;
        parallel([&] { (void)ring.push(1); }, [&] { (void)ring.push(2); },
                 [&] {
                     for (int i = 0; i < 2; ++i) {
                         std::optional<int> value;
                         spin_until([&] { return (value = ring.pop()).has_value(); });
                         sum += *value;
                     }
                 });
        MODEL_ASSERT(sum == 3);
    });
}

TEST_CASE("model: locks that order too little") {
    twins("Peterson", Error::Race, [](bool broken) {
        std::array<Word, 2> wants;
        Word turn;
        Plain<int> inside;
        each_of(2, [&](unsigned i) {
            wants.at(i).store(1, relaxed);
            if (broken)
                turn.store(1 - i, relaxed);
            else
                turn.exchange(1 - i, acq_rel);
            spin_until(
                [&] { return wants.at(1 - i).load(acquire) == 0 || turn.load(acquire) == i; });
            inside.write(static_cast<int>(i));
            wants.at(i).store(0, release);
        });
    });
    twins("unlock", Error::Race, [](bool broken) {
        Lock lock;
        Plain<int> data;
        each_of(2, [&](unsigned) {
            lock.lock();
            data.write(data.read() + 1);
            lock.unlock(broken ? relaxed : release);
        });
        MODEL_ASSERT(data.read() == 2);
    });
    twins("double-checked initialisation", Error::Race, [](bool broken) {
        Lock lock;
        Word ready;
        Plain<int> data;
        each_of(2, [&](unsigned) {
            if (ready.load(broken ? relaxed : acquire) == 0) {
                lock.lock();
                if (ready.load(relaxed) == 0) {
                    data.write(7);
                    ready.store(1, release);
                }
                lock.unlock();
            }
            MODEL_ASSERT(data.read() == 7);
        });
    });
    twins("locks in two orders", Error::Deadlock, [](bool broken) {
        std::array<Lock, 2> locks;
        each_of(2, [&](unsigned i) {
            const unsigned first = broken ? i : 0;
            locks.at(first).lock();
            locks.at(1 - first).lock();
            locks.at(1 - first).unlock();
            locks.at(first).unlock();
        });
    });
}

TEST_CASE("model: structures without locks") {
    twins("stack whose nodes come back", Error::Assertion, [](bool broken) {
        Treiber stack(!broken);
        stack.push(0);
        stack.push(1);
        unsigned taken = 0; // a bit for each node that is out
        parallel(
            [&] {
                const unsigned node = stack.pop();
                MODEL_ASSERT(node == Treiber::nil || (taken >> node & 1) == 0);
                taken |= 1U << node;
            },
            [&] {
                const unsigned first = stack.pop();
                const unsigned second = stack.pop();
                if (second != Treiber::nil)
                    taken |= 1U << second;
                if (first != Treiber::nil)
                    stack.push(first);
                const unsigned again = stack.pop();
                MODEL_ASSERT(again == Treiber::nil || (taken >> again & 1) == 0);
            });
    });
    for (const bool in_take : {true, false})
        twins(in_take ? "Chase-Lev without a fence in take" : "Chase-Lev without a fence in steal",
              Error::Assertion, [in_take](bool broken) {
                  ChaseLev deque;
                  std::array<int, 4> got{};
                  const auto count = [&](int value) {
                      if (value != ChaseLev::empty)
                          ++got.at(static_cast<unsigned>(value));
                  };
                  deque.push(0);
                  deque.push(1);
                  parallel(
                      [&] {
                          count(deque.take(!broken || !in_take));
                          count(deque.take(!broken || !in_take));
                      },
                      [&] {
                          count(deque.steal(!broken || in_take));
                          count(deque.steal(!broken || in_take));
                      });
                  MODEL_ASSERT(got[0] <= 1 && got[1] <= 1);
              });
}

TEST_CASE("model: wake-ups that get lost") {
    twins("sleep without a full fence", Error::Deadlock, [](bool broken) {
        Word asleep;
        Word work;
        Word rung;
        parallel(
            [&] { // goes to sleep
                asleep.store(1, relaxed);
                if (!broken)
                    fence(seq_cst);
                if (work.load(acquire) == 0)
                    spin_until([&] { return rung.load(acquire) != 0; });
            },
            [&] { // has work for it
                work.store(1, release);
                if (!broken)
                    fence(seq_cst);
                if (asleep.load(relaxed) != 0)
                    rung.store(1, release);
            });
    });
    // The doorbell is cleared after the mailbox was emptied, so a ring in between is lost.
    twins("clear behind the drain", Error::Deadlock, [](bool broken) {
        model::Cpu cpu;
        Word mail;
        Word handled;
        cpu.set_handler([&] {
            if (!broken)
                cpu.clear_irq();
            fence(seq_cst);
            if (mail.exchange(0, acquire) != 0)
                handled.fetch_add(1, release);
            if (broken)
                cpu.clear_irq();
        });
        parallel([&] {
            for (unsigned i = 1; i <= 2; ++i) {
                mail.exchange(1, release);
                fence(seq_cst);
                cpu.send_irq();
                spin_until([&] { return mail.load(relaxed) == 0; });
            }
        });
        cpu.mask(); // the handler is done for good
    });
}

TEST_CASE("model: races that other checkers miss") {
    twins("behind seq_cst fences, which are no hand-over", Error::Race, [](bool broken) {
        Plain<int> data;
        Word x;
        Word z;
        parallel(
            [&] {
                data.write(1);
                fence(seq_cst);
                if (x.load(relaxed) == 0)
                    z.store(1, broken ? relaxed : release);
            },
            [&] {
                x.store(1, relaxed);
                fence(seq_cst);
                if (z.load(broken ? relaxed : acquire) == 1)
                    (void)data.read();
            });
    });
    twins("a store behind a release is no part of it", Error::Race, [](bool broken) {
        Plain<int> data;
        Word x;
        parallel(
            [&] {
                data.write(1);
                x.store(1, release);
                x.store(2, broken ? relaxed : release);
            },
            [&] {
                if (x.load(acquire) == 2)
                    (void)data.read();
            });
    });
}

TEST_CASE("model: memory that is used wrongly") {
    struct Node {
        Word value{1};
    };
    twins("leak", Error::Leak, [](bool broken) {
        Node* const node = model::make<Node>();
        if (!broken)
            model::destroy(node);
    });
    twins("use after free", Error::UseAfterFree, [](bool broken) {
        Node* const node = model::make<Node>();
        Word done;
        parallel(
            [&] {
                (void)node->value.load(relaxed);
                done.store(1, broken ? relaxed : release);
            },
            [&] {
                spin_until([&] { return done.load(acquire) != 0; });
                model::destroy(node);
            });
    });
    twins("freed twice", Error::UseAfterFree, [](bool broken) {
        Node* const node = model::make<Node>();
        model::destroy(node);
        if (broken)
            model::destroy(node);
    });
}

TEST_CASE("model: tests that are not deterministic, or do not end, are told so") {
    int runs = 0;
    const auto drifting = model::check([&] {
        Word x;
        const int now = runs++;
        parallel([&] { x.store(1, relaxed); },
                 [&] {
                     if (now % 2 == 0)
                         (void)x.load(relaxed);
                     else
                         (void)x.fetch_add(1, relaxed);
                     (void)x.load(relaxed);
                 });
    });
    CHECK(drifting.error == Error::NotDeterministic);
    const auto endless = model::check([] {
        Word x;
        for (;;)
            x.store(1, relaxed);
    });
    CHECK(endless.error == Error::TooManyEvents);
}
