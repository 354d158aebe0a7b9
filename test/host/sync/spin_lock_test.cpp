// SPDX-License-Identifier: MIT
#include <neuron/sync/spin_lock.hpp>

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "../context_maker.hpp"
#include "../dies.hpp"

using namespace neuron;
using host_test::last_words;
using sync::NoLocks;
using sync::Rank;
using sync::SpinLock;

namespace {

template <class T>
using Lock = SpinLock<T, Rank::Scheduler>;

struct Both {
    std::uint64_t up = 0;
    std::uint64_t down = 0;
    std::uint32_t inside = 0;
};

} // namespace

static_assert(!std::is_copy_constructible_v<Lock<int>> && !std::is_copy_assignable_v<Lock<int>>);
static_assert(Lock<int>::rank == Rank::Scheduler && Rank::Scheduler < Rank::Console);
static_assert(Rank::Scheduler < Rank::WaitQueue && Rank::WaitQueue < Rank::IpcRouter);
static_assert(Rank::IpcRouter < Rank::MemoryManager && Rank::MemoryManager < Rank::Console);

TEST_CASE("sync: INV-SYNC-1: one CPU at a time is inside, with 4 of them 100,000 times each") {
    constexpr std::uint32_t rounds = 100'000;
    Lock<Both> lock;
    core::Atomic<std::uint32_t> wrong{0};
    core::Atomic<std::uint32_t> ready{0};
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            ready.fetch_add(1, core::acq_rel);
            core::spin_until([&] { return ready.load(core::acquire) == 4; });
            for (std::uint32_t round = 0; round < rounds; ++round)
                lock.with(NoLocks(), [&](Both& both) {
                    if (++both.inside != 1 || both.up + both.down != 0)
                        wrong.fetch_add(1, core::relaxed);
                    ++both.up;
                    if (round % 1024 == 0)
                        std::this_thread::yield(); // the others come while this one is inside
                    --both.down;
                    --both.inside;
                });
        });
    threads.clear();
    CHECK(wrong.load(core::relaxed) == 0);
    CHECK(lock.with(NoLocks(), [](Both& both) { return both.up; }) == 4 * rounds);
}

TEST_CASE("sync: INV-SYNC-1: interrupts are masked inside and as before outside") {
    Lock<int> lock;
    REQUIRE(env::irq_enabled());
    lock.with(NoLocks(), [](int&) { CHECK_FALSE(env::irq_enabled()); });
    CHECK(env::irq_enabled());
    const core::IrqOff masked;
    lock.with(NoLocks(), [](int&) { CHECK_FALSE(env::irq_enabled()); });
    CHECK_FALSE(env::irq_enabled());
}

TEST_CASE("sync: while a CPU waits for the lock its interrupts are masked") {
    // So a handler never finds its own CPU between having the lock and masking.
    Lock<int> lock;
    core::Atomic<std::uint32_t> holding{0};
    core::Atomic<std::uint32_t> release_it{0};
    std::jthread holder([&] {
        lock.with(NoLocks(), [&](int& data) {
            holding.store(1, core::release);
            core::spin_until([&] { return release_it.load(core::acquire) != 0; });
            data = 1;
        });
    });
    core::spin_until([&] { return holding.load(core::acquire) != 0; });
    core::Atomic<env::HostCpu*> waiting{nullptr};
    int seen = 0;
    std::jthread waiter([&] {
        waiting.store(&env::host_cpu(), core::release);
        lock.with(NoLocks(), [&](int& data) { seen = data; });
    });
    core::spin_until([&] { return waiting.load(core::acquire) != nullptr; });
    const std::atomic<bool>& on =
        waiting.load(core::acquire)->irq_on; // of the waiter, which lives until it joins
    const auto bound = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    core::spin_until([&] {
        return !on.load(std::memory_order::relaxed) || std::chrono::steady_clock::now() > bound;
    });
    CHECK_FALSE(on.load(std::memory_order::relaxed));
    release_it.store(1, core::release);
    waiter.join();
    CHECK(seen == 1);
}

TEST_CASE("sync: with returns what its function returns, by value") {
    Lock<std::vector<int>> lock(std::size_t{3}, 7);
    CHECK(lock.with(NoLocks(), [](std::vector<int>& data) { return data.size(); }) == 3);
    int copy = lock.with(NoLocks(), [](std::vector<int>& data) -> int& { return data[1] = 9; });
    copy = 5;
    CHECK(copy == 5);
    CHECK(lock.with(NoLocks(), [](const std::vector<int>& data) { return data; }) ==
          std::vector{7, 9, 7});
    static_assert(std::is_void_v<decltype(lock.with(NoLocks(), [](std::vector<int>&) {}))>);
    const auto moved = lock.with(NoLocks(), [](auto& data) { return std::move(data); });
    CHECK(moved.size() == 3);
    CHECK(lock.with(NoLocks(), [](auto& data) { return data.empty(); }));
}

TEST_CASE("sync: a lock is free again however its function ends") {
    Lock<int> lock;
    CHECK_THROWS_AS(lock.with(NoLocks(),
                              [](int& data) {
                                  data = 5;
                                  throw std::string("out");
                              }),
                    std::string);
    CHECK(env::irq_enabled());
    CHECK(lock.with(NoLocks(), [](int& data) { return data; }) == 5);
}

TEST_CASE("sync: locks of rising rank nest, and masking ends with the outermost") {
    SpinLock<int, Rank::Scheduler> low(1);
    SpinLock<int, core::app_rank<0>> high(2);
    const int sum = low.with(NoLocks(), [&](int& a, auto& held) {
        const int inner = high.with(held, [](int& b) { return b; });
        CHECK_FALSE(env::irq_enabled());
        return a + inner;
    });
    CHECK(sum == 3);
    CHECK(env::irq_enabled());
}

TEST_CASE("sync: bypass reaches the data though the lock is held, for the panic") {
    Lock<int> lock(4);
    lock.with(NoLocks(), [&](int& data) {
        const core::PanicContext panic = core::ContextMaker::panic();
        CHECK(&lock.bypass(panic) == &data);
        lock.bypass(panic) = 6;
    });
    CHECK(lock.with(NoLocks(), [](int& data) { return data; }) == 6);
}

TEST_CASE("sync: a lock may be a constant in memory, without a constructor that runs") {
    static constinit Lock<std::uint64_t> lock{3U};
    CHECK(lock.with(NoLocks(), [](std::uint64_t& data) { return data; }) == 3);
}

TEST_CASE(
    "sync: INV-SYNC-3: INV-AUDIT-1: test_reject_rank_inversion: the image ends, naming both") {
    SpinLock<int, Rank::WaitQueue> low;
    SpinLock<int, core::app_rank<2>> high;
    const NoLocks outer; // reused where it is no longer true
    CHECK(last_words([&] {
              high.with(outer, [&](int&) { low.with(outer, [](int&) {}); });
          }).ends_with(": lock ranks: WaitQueue taken while an app's is held\n"));
    CHECK(last_words([&] {
              low.with(outer, [&](int&) { low.with(outer, [](int&) {}); });
          }).ends_with(": lock ranks: WaitQueue taken while WaitQueue is held\n"));
    low.with(outer, [&](int&, auto& held) { high.with(held, [](int& value) { ++value; }); });
    CHECK(high.with(outer, [](int& value) { return value; }) == 1);
    CHECK(env::execution().held_ranks == 0);
}

TEST_CASE("sync: INV-AUDIT-2: test_reject_no_locks_under_a_lock: the image ends by the rank") {
    SpinLock<int, Rank::MemoryManager> lock;
    CHECK(last_words([&] {
              lock.with(NoLocks(), [](int&) { const NoLocks lie; });
          }).ends_with(": a wait for another CPU while lock MemoryManager is held\n"));
}

TEST_CASE("sync: a handler takes a lock, and locks are counted") {
    SpinLock<int, Rank::Scheduler> lock;
    const std::uint32_t before = *audit::locks_taken();
    const core::IrqContext irq = core::ContextMaker::handler();
    lock.with(irq, [](int& value) { ++value; });
    lock.with(irq, [](int& value) { ++value; });
    CHECK(*audit::locks_taken() - before == 2);
}
