// SPDX-License-Identifier: MIT
#include <neuron/core/disjoint_slices.hpp>
#include <neuron/core/witness.hpp>

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "../dies.hpp"
#include "fake_system.hpp"

using namespace neuron;
using host_test::last_words;
using smp::EachCpuError;
using smp::run_on_each_cpu;
using smp::Share;
using smp_test::CpuId;
using smp_test::FakeSystem;
using sync::NoLocks;

namespace {

/// CPUs below `count` without those of `missing`; this thread plays `self`.
class Crew {
  public:
    explicit Crew(unsigned count, std::vector<std::uint32_t> missing = {}, std::uint32_t self = 0)
        : system(count) {
        for (std::uint32_t cpu = 0; cpu < count; ++cpu)
            if (cpu == self)
                system.play(cpu);
            else if (std::ranges::find(missing, cpu) == missing.end())
                system.start_thread(cpu);
    }
    FakeSystem system;
};

struct Answer {
    Share share;
    std::uint32_t cpu; ///< says the thread's own block
    std::uint64_t value;
};

constexpr auto answer = [](Share share, std::uint64_t factor) {
    return Answer{share, percpu::this_cpu().cpu.value, factor * (share.index + 1)};
};

/// That each of `cpus`, and nobody else, had its share.
void check_answers(FakeSystem& system, const std::vector<std::uint32_t>& cpus) {
    const auto answers = run_on_each_cpu(system, NoLocks(), answer, std::uint64_t{7});
    REQUIRE(answers.has_value());
    REQUIRE(answers->size() == cpus.size());
    REQUIRE(std::distance(answers->begin(), answers->end()) == std::ssize(cpus));
    for (std::uint32_t index = 0; index < cpus.size(); ++index) {
        const Answer& each = (*answers)[index];
        REQUIRE(each.share.index == index);
        REQUIRE(each.share.count == cpus.size());
        REQUIRE(each.share.cpu == CpuId{cpus[index]});
        REQUIRE(each.cpu == cpus[index]);
        REQUIRE(each.value == 7 * (index + 1));
    }
}

FakeSystem& system_of_this_cpu() {
    return *static_cast<FakeSystem*>(percpu::this_cpu().system);
}

/// Fails to ring, or is called masked.
void run_alone_on_two() {
    FakeSystem system(2);
    system.play(0);
    system.come_online(1);
    system.break_doorbell(1);
    (void)run_on_each_cpu(system, NoLocks(), answer, std::uint64_t{1});
}

} // namespace

TEST_CASE("smp: each CPU runs its share once, and results stand by index") {
    Crew crew(4);
    check_answers(crew.system, {0, 1, 2, 3});
}

TEST_CASE("smp: on one CPU a run is a call") {
    Crew crew(1);
    check_answers(crew.system, {0});
}

TEST_CASE("smp: as many CPUs as the image holds all take part") {
    Crew crew(FakeSystem::max_cpus);
    check_answers(crew.system, {0, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("smp: CPUs that are not online are left out and indexes stay dense") {
    Crew holes(7, {2, 4, 5});
    check_answers(holes.system, {0, 1, 3, 6});
    Crew alone(3, {1, 2});
    check_answers(alone.system, {0});
}

TEST_CASE("smp: a CPU that failed, stopped or is still starting is left out") {
    Crew crew(6, {1, 2, 3, 4});
    percpu::Life& failed = crew.system.life(CpuId{1});
    failed.begin();
    CHECK(failed.give_up());
    crew.system.come_online(2);
    crew.system.life(CpuId{2}).stop();
    crew.system.life(CpuId{3}).begin();
    check_answers(crew.system, {0, 5});
}

TEST_CASE("smp: a CPU that comes online later takes part from then on") {
    Crew crew(3, {1});
    check_answers(crew.system, {0, 2});
    crew.system.start_thread(1);
    check_answers(crew.system, {0, 1, 2});
}

TEST_CASE("smp: any CPU may call, not only the boot CPU") {
    Crew crew(4, {}, 2);
    check_answers(crew.system, {0, 1, 2, 3});
}

TEST_CASE("smp: thousands of rounds lose none and mix none up") {
    Crew crew(4);
    std::uint64_t wrong = 0;
    for (std::uint64_t round = 0; round < 3000; ++round) {
        const auto answers = run_on_each_cpu(
            crew.system, NoLocks(), [](Share share, std::uint64_t n) { return n * share.count; },
            round);
        wrong += !answers || answers->size() != 4 ||
                 !std::ranges::all_of(*answers, [&](auto each) { return each == 4 * round; });
    }
    CHECK(wrong == 0);
}

TEST_CASE("smp: each call has the arguments as its own copies, and none may be given") {
    Crew crew(4);
    const auto bent = run_on_each_cpu(
        crew.system, NoLocks(),
        [](Share share, std::uint32_t a, Answer b) {
            a += share.index;
            b.value += a;
            return b.value;
        },
        1U, Answer{{}, 0, 100});
    REQUIRE(bent.has_value());
    for (std::uint32_t index = 0; index < 4; ++index)
        CHECK((*bent)[index] == 101 + index);
    const auto plain =
        run_on_each_cpu(crew.system, NoLocks(), [](Share share) { return share.index; });
    REQUIRE(plain.has_value());
    CHECK((*plain)[3] == 3);
}

TEST_CASE("smp: INV-SMP-2: what the CPUs wrote before they ended can be read by the caller") {
    Crew crew(4);
    for (std::uint64_t round = 1; round <= 500; ++round) {
        std::array<std::uint64_t, 4> words{}; // plain
        core::DisjointSlices<std::uint64_t, 4> slices(words, 4);
        const auto done = run_on_each_cpu(
            crew.system, NoLocks(),
            [](Share share, core::DisjointSlices<std::uint64_t, 4>& all, std::uint64_t value) {
                auto own = all.take(share.index);
                (*own)[0] = value;
                return 0;
            },
            core::borrow(slices), round);
        REQUIRE(done.has_value());
        REQUIRE(std::ranges::count(std::move(slices).join(), round) == 4);
    }
}

TEST_CASE(
    "smp: INV-SMP-3: test_reject_run_inside_run: Busy on every CPU, and free again afterwards") {
    Crew crew(4);
    for (int round = 0; round < 20; ++round) {
        const auto refused = run_on_each_cpu(crew.system, NoLocks(), [](Share) {
            const auto inner =
                run_on_each_cpu(system_of_this_cpu(), NoLocks(), answer, std::uint64_t{1});
            return !inner && inner.error() == EachCpuError::Busy;
        });
        REQUIRE(refused.has_value());
        CHECK(std::ranges::count(*refused, true) == 4);
    }
    check_answers(crew.system, {0, 1, 2, 3});
    CHECK(to_string(EachCpuError::Busy) == "another run_on_each_cpu is running");
}

TEST_CASE("smp: an empty mailbox is no work, a job is, and it is taken once") {
    smp::Mailbox mailbox;
    CHECK(mailbox.is_empty());
    CHECK_FALSE(smp::run_pending(mailbox, CpuId{5}));
    struct Seen : smp::Job {
        Share share{};
        unsigned calls = 0;
        smp::Mailbox* from = nullptr;
        bool taken = false;
    } job;
    job.run = [](smp::Job& base, Share share) {
        auto& seen = static_cast<Seen&>(base);
        seen.share = share;
        ++seen.calls;
        // Taken before it runs: once it has ended, the next may be there already.
        seen.taken = seen.from->is_empty();
    };
    job.from = &mailbox;
    job.count = 9;
    job.remaining.store(2, core::relaxed);
    mailbox.post(job, 4);
    CHECK_FALSE(mailbox.is_empty());
    CHECK(smp::run_pending(mailbox, CpuId{5}));
    CHECK_FALSE(smp::run_pending(mailbox, CpuId{5}));
    CHECK(job.calls == 1);
    CHECK(job.taken);
    CHECK(job.share.cpu == CpuId{5});
    CHECK(job.share.index == 4);
    CHECK(job.share.count == 9);
    CHECK(job.remaining.load(core::relaxed) == 1);
}

TEST_CASE("smp: test_reject_a_doorbell_that_does_not_ring: the image ends") {
    const std::string said = last_words(run_alone_on_two);
    CHECK(said.ends_with(": run_on_each_cpu: a doorbell did not ring\n"));
}

TEST_CASE("smp: test_reject_a_call_with_interrupts_off: the image ends") {
    const std::string said = last_words([] {
        FakeSystem system(1);
        system.play(0);
        const core::IrqOff masked;
        (void)run_on_each_cpu(system, NoLocks(), answer, std::uint64_t{1});
    });
    CHECK(said.ends_with(": a blocking call with interrupts masked\n"));
}
