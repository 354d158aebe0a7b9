// SPDX-License-Identifier: MIT
// SpinLock beside the locks that a C++ programmer on Linux has: one short section, by 1 and by 2
// threads. Names are OPERATION/WHOSE.
#include <neuron/sync/spin_lock.hpp>

#include <benchmark/benchmark.h>
#include <boost/smart_ptr/detail/spinlock.hpp>
#include <ck_spinlock.h>
#include <mutex>

namespace {

using namespace neuron;

/// Each holds a count, and adds one to it under its lock.
struct Own {
    void add() {
        lock.with(sync::NoLocks(), [](std::uint64_t& count) { ++count; });
    }
    std::uint64_t count() {
        return lock.with(sync::NoLocks(), [](std::uint64_t& count) { return count; });
    }
    sync::SpinLock<std::uint64_t, sync::Rank::Scheduler> lock;
};

template <class Lock>
struct Guarded {
    void add() {
        const std::lock_guard guard(lock);
        ++value;
    }
    [[nodiscard]] std::uint64_t count() const { return value; }
    Lock lock;
    std::uint64_t value = 0;
};

struct BoostSpinLock : boost::detail::spinlock {
    BoostSpinLock() : boost::detail::spinlock{} {}
};

struct CkTicket {
    void lock() { ck_spinlock_ticket_lock(&ticket); }
    void unlock() { ck_spinlock_ticket_unlock(&ticket); }
    ck_spinlock_ticket_t ticket = CK_SPINLOCK_TICKET_INITIALIZER;
};

struct CkQueue {
    void add() {
        ck_spinlock_mcs_context_t node;
        ck_spinlock_mcs_lock(&queue, &node);
        ++value;
        ck_spinlock_mcs_unlock(&queue, &node);
    }
    [[nodiscard]] std::uint64_t count() const { return value; }
    ck_spinlock_mcs_t queue = CK_SPINLOCK_MCS_INITIALIZER;
    std::uint64_t value = 0;
};

/// By all threads of one run; google-benchmark starts them together.
template <class T>
void add_under_lock(benchmark::State& state) {
    static T shared;
    for (auto _ : state)
        shared.add();
    if (shared.count() == 0)
        state.SkipWithError("nothing was counted");
}

template <class T>
void compete(const char* whose) {
    benchmark::RegisterBenchmark((std::string("lock_pair/") + whose).c_str(), add_under_lock<T>)
        ->Threads(1)
        ->Threads(2)
        ->UseRealTime();
}

} // namespace

int main(int argc, char** argv) {
    compete<Own>("NEURON");
    compete<Guarded<std::mutex>>("std::mutex");
    compete<Guarded<BoostSpinLock>>("boost spinlock");
    compete<Guarded<CkTicket>>("ck ticket");
    compete<CkQueue>("ck MCS");
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
}
