// expect: lock ranks: this lock is not above the one that is held
// SPDX-License-Identifier: MIT
#include <neuron/sync/spin_lock.hpp>
using namespace neuron;
using sync::NoLocks;
using sync::Rank;
using Low = sync::SpinLock<int, Rank::Scheduler>;
using High = sync::SpinLock<int, Rank::MemoryManager>;

int reject(Low& low, High& high) {
    int accepted = low.with(NoLocks(), [&](int& a, auto& held) { return high.with(held, [&](int& b) { return a + b; }); });

    accepted += high.with(NoLocks(), [&](int&, auto& held) { return low.with(held, [](int& v) { return v; }); }); // reject
    return accepted;
}
