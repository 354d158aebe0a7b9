// SPDX-License-Identifier: MIT
// The very lock word that the kernel has, in every execution; a waiter claims after one poll.
#include <neuron/sync/lock_word.hpp>
#include <neuron/sync/spin_lock.hpp>

#include "../passes.hpp"

using namespace suite;
using model_test::passes;
using Lock = neuron::sync::detail::LockWordOf<1>;

namespace {

/// Each CPU holds the lock as often as it is told, and adds to what the lock protects.
template <std::size_t Cpus>
void exclude(std::array<unsigned, Cpus> times) {
    Lock lock;
    Plain<unsigned> data{0};
    model::name(&lock, "word");
    unsigned all = 0;
    for (const unsigned each : times)
        all += each;
    each_of(Cpus, [&](unsigned cpu) {
        for (unsigned i = 0; i < times.at(cpu); ++i) {
            lock.acquire();
            data.write(data.read() + 1);
            lock.release();
        }
    });
    MODEL_ASSERT(data.read() == all);
}

} // namespace

TEST_CASE("sync: INV-SYNC-1: a lock excludes, hands over, and lets everybody in at last") {
    passes("lock word: 2 CPUs, 1 section each", 8, [] { exclude<2>({1, 1}); });
    passes("lock word: 2 CPUs, 2 sections each", 680, [] { exclude<2>({2, 2}); });
    passes("lock word: 3 CPUs, 1 section each", 576, [] { exclude<3>({1, 1, 1}); });
}

TEST_CASE("sync: INV-SYNC-4: who sees a claim comes in behind the claimant") {
    const auto newcomer = [](bool waits) {
        Lock lock;
        Plain<unsigned> claimant_was_in{0};
        lock.acquire();
        model::Thread claimant([&] {
            lock.acquire();
            claimant_was_in.write(1);
            lock.release();
        });
        model::Thread other([&] {
            if (lock.claims() == 0)
                return;
            if (waits)
                lock.acquire();
            else if (!lock.try_acquire())
                return;
            MODEL_ASSERT(claimant_was_in.read() == 1);
            lock.release();
        });
        lock.release();
        claimant.join();
        other.join();
    };
    passes("lock word: a newcomer tries behind a claim, 3 CPUs", 25, [&] { newcomer(false); });
    passes("lock word: a newcomer waits behind a claim, 3 CPUs", 60, [&] { newcomer(true); });
}

TEST_CASE("sync: INV-SYNC-4: a CPU that comes again comes behind who claimed meanwhile") {
    passes("lock word: a holder comes again behind a claim, 2 CPUs", 53, [] {
        Lock lock;
        Plain<unsigned> claimant_was_in{0};
        lock.acquire();
        model::Thread claimant([&] {
            lock.acquire();
            claimant_was_in.write(1);
            lock.release();
        });
        const bool is_claimed = lock.claims() != 0;
        lock.release();
        lock.acquire();
        if (is_claimed)
            MODEL_ASSERT(claimant_was_in.read() == 1);
        lock.release();
        claimant.join();
    });
}

TEST_CASE("sync: a SpinLock is its word, with the data inside") {
    passes("SpinLock: 2 CPUs, 1 section each", 8, [] {
        using namespace neuron::sync;
        SpinLock<model_test::Probe, Rank::Scheduler, Lock> lock;
        each_of(2, [&](unsigned) {
            lock.with(NoLocks(),
                      [](model_test::Probe& data) { data = model_test::Probe(data.read() + 1); });
        });
        MODEL_ASSERT(lock.with(NoLocks(), [](auto& data) { return data.read(); }) == 2);
    });
}

TEST_CASE("deep: 3 CPUs, 2 sections each, as far as the time goes" * model_test::only_deep()) {
    model_test::passes_so_far("lock word: 3 CPUs, 2 sections each", [] { exclude<3>({2, 2, 2}); });
}
