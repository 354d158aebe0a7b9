// SPDX-License-Identifier: MIT
// Four kinds of spin lock under the same load: every CPU takes the lock again and again, and counts
// how often the others had it during one wait. The table of docs/adr/0007-spin-lock.md is what this
// prints; times depend on the machine, so only their ratio in one run says something.
#include <neuron/app.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/smp/run_on_each_cpu.hpp>
#include <neuron/sync/lock_word.hpp>

#include "words.hpp"

namespace {

using namespace neuron;
using namespace lock_contest;

/// Of one CPU, or of all together.
struct Score {
    std::uint64_t sections = 0;
    std::uint64_t passed_by = 0; ///< most sections of others during one wait
    std::uint64_t naps = 0;

    void add(const Score& other) {
        sections += other.sections;
        passed_by = std::max(passed_by, other.passed_by);
        naps += other.naps;
    }
};

/// How many times the lock was held, by what it protects.
template <class Lock>
struct Contest {
    explicit Contest(std::uint64_t milliseconds)
        : ticks(milliseconds * system().machine().timebase_hz / 1000) {}

    std::uint64_t ticks;
    Lock lock;
    core::Atomic<std::uint64_t> sections{0};
    core::Atomic<std::uint32_t> arrived{0};

    Score play(smp::Share share) {
        Score score;
        const auto& naps = system().remote_counters(share.cpu).naps;
        arrived.fetch_add(1, core::relaxed); // a count: so that all begin together
        core::spin_until([&] { return arrived.load(core::relaxed) == share.count; });
        const std::uint64_t napped = naps.remote_load();
        const std::uint64_t end = system().now() + ticks;
        while (system().now() < end) {
            const core::IrqOff masked;
            typename Lock::Node node;
            const std::uint64_t came = sections.load(core::relaxed); // a count, perhaps old
            lock.acquire(node);
            const std::uint64_t now = sections.load(core::relaxed); // exact: the lock is held
            sections.store(now + 1, core::relaxed);                 // by the holder alone
            lock.release(node);
            score.add({1, now - came, 0});
        }
        score.naps = naps.remote_load() - napped;
        return score;
    }
};

} // namespace

// SAFETY: `ticks` is constant, the rest is for every CPU.
template <class Lock>
inline constexpr bool neuron::core::unsafe_synchronized<Contest<Lock>> = true;

namespace {

template <class Lock>
bool contest(std::string_view name, std::uint64_t milliseconds) {
    Contest<Lock> all(milliseconds);
    const auto scores = smp::run_on_each_cpu(
        system(), NoLocks(), [](smp::Share share, Contest<Lock>& each) { return each.play(share); },
        core::borrow(all));
    Score sum;
    for (const Score& score : *scores)
        sum.add(score);
    println("| {} | {} | {} | {} | {} |", name, scores->size(), sum.sections / milliseconds,
            sum.passed_by, sum.naps);
    return all.sections.load(core::relaxed) == sum.sections; // every CPU has ended
}

} // namespace

int main(int argc, char** argv) {
    const auto milliseconds = argc > 1 ? args::parse_unsigned(argv[1]) : 100;
    if (!milliseconds || *milliseconds == 0 || *milliseconds > 60'000) {
        println("lock-contest: milliseconds for each lock, 1 to 60000, or nothing for 100");
        return 2;
    }
    println("| lock | CPUs | sections a millisecond | most often passed by | naps |");
    println("|---|---|---|---|---|");
    bool exact = contest<TestAndSet>("test-and-test-and-set", *milliseconds);
    exact = contest<Ticket>("ticket", *milliseconds) && exact;
    exact = contest<Queue>("queue", *milliseconds) && exact;
    exact = contest<Own<sync::detail::LockWordOf<1>>>("claims at once", *milliseconds) && exact;
    exact =
        contest<Own<sync::detail::LockWordOf<64>>>("claims after 64 polls", *milliseconds) && exact;
    exact = contest<Own<sync::detail::LockWord>>("claims after 256 polls", *milliseconds) && exact;
    return exact ? 0 : 1; // two at a time were inside
}
