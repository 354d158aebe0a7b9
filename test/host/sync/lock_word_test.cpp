// SPDX-License-Identifier: MIT
#include <neuron/sync/lock_word.hpp>

#include <doctest/doctest.h>
#include <thread>
#include <vector>

using namespace neuron;
using Word = sync::detail::LockWordOf<1>;

namespace {

/// A thread that waits for the word, says that it is in, and goes out when it is told.
struct Claimant {
    Claimant(Word& word, std::uint32_t claims_before) : word_(word) {
        core::spin_until([&] { return word.claims() == claims_before + 1; });
    }
    ~Claimant() { leave(); }

    [[nodiscard]] bool is_in() const { return in_.load(core::acquire) != 0; }
    void wait_until_in() const {
        core::spin_until([&] { return is_in(); });
    }
    void leave() {
        may_leave_.store(1, core::release);
        if (thread_.joinable())
            thread_.join();
    }

  private:
    Word& word_;
    core::Atomic<std::uint32_t> in_{0};
    core::Atomic<std::uint32_t> may_leave_{0};
    std::jthread thread_{[this] {
        word_.acquire();
        in_.store(1, core::release);
        core::spin_until([&] { return may_leave_.load(core::acquire) != 0; });
        word_.release();
    }};
};

} // namespace

TEST_CASE("sync: a lock word is taken once at a time, and free again") {
    Word word;
    CHECK(word.try_acquire());
    CHECK_FALSE(word.try_acquire());
    word.release();
    word.acquire();
    CHECK_FALSE(word.try_acquire());
    word.release();
    CHECK(word.try_acquire());
    CHECK(word.claims() == 0);
}

TEST_CASE("sync: INV-SYNC-4: nobody new comes in before a claimant") {
    for (int round = 0; round < 200; ++round) {
        Word word;
        word.acquire();
        Claimant waiter(word, 0);
        CHECK_FALSE(waiter.is_in());
        word.release();
        CHECK_FALSE(word.try_acquire()); // whether it is in by now or not
        waiter.wait_until_in();
        CHECK_FALSE(word.try_acquire());
        waiter.leave();
        CHECK(word.try_acquire());
    }
}

TEST_CASE("sync: INV-SYNC-4: claimants come in by turns") {
    for (int round = 0; round < 100; ++round) {
        Word word;
        word.acquire();
        Claimant first(word, 0);
        Claimant second(word, 1);
        Claimant third(word, 2);
        word.release();
        first.wait_until_in();
        CHECK_FALSE(second.is_in());
        CHECK_FALSE(third.is_in());
        first.leave();
        second.wait_until_in();
        CHECK_FALSE(third.is_in());
        second.leave();
        third.wait_until_in();
        CHECK(word.claims() == 0);
    }
}

TEST_CASE("sync: a lock word excludes while all claim at once") {
    constexpr std::uint32_t rounds = 20'000;
    Word word;
    std::uint64_t inside = 0; // guarded by the word
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (std::uint32_t round = 0; round < rounds; ++round) {
                word.acquire();
                ++inside;
                word.release();
            }
        });
    threads.clear();
    CHECK(inside == 4 * rounds);
    CHECK(word.claims() == 0);
}
