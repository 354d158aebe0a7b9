// SPDX-License-Identifier: MIT
// Slots under threads. What a slot guards here is plain data, so TSan sees an order that is
// missing.
#include <neuron/core/wait.hpp>
#include <neuron/percpu-runqueue/admission.hpp>

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

using namespace neuron;
using namespace neuron::percpu_runqueue;
using core::CpuId;
using core::QosClass;

namespace {

constexpr CpuId zero{0};

/// How many slots of one CPU and class the holders themselves count.
struct Witness {
    core::Atomic<std::uint32_t> inside{0};
    core::Atomic<std::uint32_t> most{0};

    void enter() {
        const std::uint32_t now = inside.fetch_add(1, core::relaxed) + 1;
        std::uint32_t seen = most.load(core::relaxed);
        while (seen < now && !most.compare_exchange(seen, now, core::relaxed, core::relaxed)) {
        }
    }
    void leave() { inside.fetch_sub(1, core::relaxed); }
};

/// Runs body(index) on `count` threads, which start together.
template <class Body>
void on_threads(unsigned count, Body body) {
    core::Atomic<std::uint32_t> ready{0};
    std::vector<std::jthread> threads;
    for (unsigned index = 0; index < count; ++index)
        threads.emplace_back([&, index] {
            ready.fetch_add(1, core::acq_rel);
            core::spin_until([&] { return ready.load(core::acquire) == count; });
            body(index);
        });
}

} // namespace

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-3: 4 threads never hold more than 3 slots of a class") {
    constexpr std::uint32_t cpus = 2;
    Admissions<cpus, 3> admissions;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        admissions.open(CpuId{cpu});
    std::array<std::array<Witness, 2>, cpus> witnesses; // Normal and Interactive
    core::Atomic<std::uint32_t> refused{0};
    core::Atomic<std::uint32_t> wrong{0};
    on_threads(4, [&](unsigned index) {
        std::mt19937 random{index};
        struct Held {
            Slot slot;
            Witness* witness;
        };
        std::vector<Held> held;
        for (std::uint32_t round = 0; round < 100'000; ++round) {
            const CpuId cpu{static_cast<std::uint32_t>(random() % cpus)};
            const std::uint32_t qos = random() % 2;
            if (held.size() < 3 && random() % 2 == 0) {
                auto slot = admissions.try_take(cpu, static_cast<QosClass>(qos + 1));
                if (slot) {
                    held.push_back({*std::move(slot), &witnesses[cpu.index()][qos]});
                    held.back().witness->enter();
                } else {
                    refused.fetch_add(1, core::relaxed);
                    if (slot.error().reason != Reason::QueueFull)
                        wrong.fetch_add(1, core::relaxed);
                }
            } else if (!held.empty()) {
                held.front().witness->leave();
                held.erase(held.begin());
            }
            if (round % 512 == 0)
                std::this_thread::yield(); // the others come while this one holds some
        }
        for (Held& each : held)
            each.witness->leave();
    });
    std::uint32_t most = 0;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        for (std::uint32_t qos = 0; qos < 2; ++qos) {
            const Witness& witness = witnesses[cpu][qos];
            CHECK(witness.inside.load(core::relaxed) == 0);
            CHECK(witness.most.load(core::relaxed) <= 3);
            most = std::max(most, witness.most.load(core::relaxed));
            CHECK(admissions.taken(CpuId{cpu}, static_cast<QosClass>(qos + 1)) == 0);
        }
    CHECK(most == 3); // else it was no storm
    CHECK(refused.load(core::relaxed) > 0);
    CHECK(wrong.load(core::relaxed) == 0);
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-4: no taking and no giving back is lost") {
    Admissions<1, 3> admissions;
    admissions.open(zero);
    on_threads(4, [&](unsigned) {
        for (std::uint32_t round = 0; round < 1'000'000; ++round)
            (void)admissions.try_take(zero, QosClass::Normal); // given back at once
    });
    CHECK(admissions.taken(zero, QosClass::Normal) == 0);
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-4: a slot taken by one thread is given back by another") {
    Admissions<1, 3> admissions;
    admissions.open(zero);
    std::mutex guard;
    std::vector<Slot> shelf;
    core::Atomic<std::uint32_t> takes{0};
    on_threads(4, [&](unsigned) {
        Slot own;
        for (std::uint32_t round = 0; round < 100'000; ++round) {
            if (auto slot = admissions.try_take(zero, QosClass::Normal)) {
                own = *std::move(slot); // and gives back what it had, from whomever
                takes.fetch_add(1, core::relaxed);
            }
            const std::lock_guard hold(guard);
            if (shelf.size() < 2)
                shelf.push_back(std::move(own));
            else
                std::swap(own, shelf[round % 2]);
        }
    });
    CHECK(takes.load(core::relaxed) > 0);
    CHECK(admissions.taken(zero, QosClass::Normal) <= 3);
    shelf.clear();
    CHECK(admissions.taken(zero, QosClass::Normal) == 0);
}

TEST_CASE("percpu-runqueue: who takes a slot sees what its last owner did before giving it back") {
    constexpr std::uint32_t rounds = 20'000;
    Admissions<1, 1> admissions;
    std::uint32_t plain = 7; // written before the CPU opens, then by whoever has the only slot
    std::jthread opener([&] {
        plain = 0;
        admissions.open(zero);
    });
    on_threads(3, [&](unsigned) {
        for (std::uint32_t round = 0; round < rounds; ++round)
            core::spin_until([&] {
                const auto slot = admissions.try_take(zero, QosClass::Normal);
                if (slot)
                    ++plain;
                return slot.has_value();
            });
    });
    opener.join();
    CHECK(plain == 3 * rounds);
}

TEST_CASE("percpu-runqueue: INV-RUNQUEUE-5: nobody gets a slot after close; at 0 all are done") {
    constexpr std::uint32_t rounds = 3000;
    constexpr unsigned takers = 3;
    Admissions<1, 3> admissions;
    core::Atomic<std::uint32_t> closed{0}; // rounds whose close() has returned
    core::Atomic<std::uint32_t> asked{0};  // attempts that began after that
    core::Atomic<std::uint32_t> opened{0};
    core::Atomic<std::uint32_t> takes{0};
    core::Atomic<std::uint32_t> too_late{0};
    std::array<std::uint64_t, takers> plain{}; // written by a taker with a slot, read at 0
    std::vector<std::jthread> threads;
    for (unsigned index = 0; index < takers; ++index)
        threads.emplace_back([&, index] {
            for (std::uint32_t round = 1; round <= rounds; ++round) {
                core::spin_until([&] { return opened.load(core::relaxed) >= round; });
                for (bool is_closed = false; !is_closed;) {
                    is_closed = closed.load(core::acquire) >= round; // then close() has returned
                    const auto slot = admissions.try_take(zero, QosClass::Normal);
                    if (!slot)
                        continue;
                    ++plain[index];
                    takes.fetch_add(1, core::relaxed);
                    if (is_closed)
                        too_late.fetch_add(1, core::relaxed);
                    if (plain[index] % 64 == 0)
                        std::this_thread::yield(); // with the slot
                }
                asked.fetch_add(1, core::relaxed);
            }
        });
    std::uint32_t rose = 0;
    std::uint32_t missed = 0;
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        const std::uint32_t before = takes.load(core::relaxed);
        admissions.open(zero);
        opened.store(round, core::relaxed);
        core::spin_until([&] { return takes.load(core::relaxed) > before + 2; });
        admissions.close(zero);
        closed.store(round, core::release); // pairs with the takers' load
        std::uint32_t left = 3;
        core::spin_until([&] {
            const std::uint32_t now = admissions.taken(zero, QosClass::Normal);
            rose += now > left;
            left = now;
            return now == 0;
        });
        std::uint64_t sum = 0; // plain reads: what the owners of slots did is done
        for (const std::uint64_t each : plain)
            sum += each;
        core::spin_until([&] { return asked.load(core::relaxed) == takers * round; });
        missed += sum != takes.load(core::relaxed);
    }
    threads.clear();
    CHECK(too_late.load(core::relaxed) == 0);
    CHECK(rose == 0);
    CHECK(missed == 0);
}
