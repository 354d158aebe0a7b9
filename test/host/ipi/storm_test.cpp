// SPDX-License-Identifier: MIT
// CPUs played by real threads, all to all. What the handlers touch is plain data of their own CPU,
// and what senders tell is plain too, so TSan sees an order that is missing.
#include <neuron/core/wait.hpp>

#include <doctest/doctest.h>
#include <numeric>
#include <thread>

#include "kinds.hpp"

using namespace ipi_test;
using ipi::IpiMessage;
using ipi::post;
using ipi::try_post;
using sync::NoLocks;

namespace ipi_test {

/// Comes back to its sender when `away` is 0 again.
struct Thing : ipi::LinkNode {
    std::uint64_t payload = 0;
    core::Atomic<std::uint32_t> away{0};
};

} // namespace ipi_test

// SAFETY: it has a base, so it is not derived; `away` hands the payload to and fro.
template <>
inline constexpr bool neuron::core::unsafe_send<ipi_test::Thing> = true;

namespace {

constexpr unsigned cpus = 4;

/// What each CPU counts; the last two by peer.
enum What : std::size_t { Wrong, Numbered, Parcels, Sums, Kicks, Next, Told = Next + cpus };

/// The next number of its sender.
struct Counted {
    using Carrier = ipi::Ring<std::uint64_t>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, std::uint64_t number) {
        auto& next = system.count(system.this_cpu(), Next + sender.index());
        system.count(system.this_cpu(), Wrong) += number != next;
        next = number + 1;
        ++system.count(system.this_cpu(), Numbered);
    }
};
struct Carry {
    using Carrier = ipi::Link<Thing>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId, Thing& thing) {
        system.count(system.this_cpu(), Parcels) += thing.payload;
        thing.payload = 0;
        thing.away.store(0, core::release); // pairs with the sender's acquire
    }
};
struct Add {
    using Carrier = ipi::Slot<std::uint64_t>;
    static void merge(std::uint64_t& waiting, std::uint64_t newer) { waiting += newer; }
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId, std::uint64_t sum) {
        system.count(system.this_cpu(), Sums) += sum;
    }
};
/// Its handler reads what its sender wrote last before it posted; it does not write again before
/// that was read.
struct Kick {
    using Carrier = ipi::Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender) {
        const CpuId self = system.this_cpu();
        system.count(self, Kicks) += system.count(sender, Told + self.index());
    }
};

using Any = System<Numbers, Counted, Carry, Add, Kick>;
struct Storm : Any {
    Storm() { threads_play = true; }
};

/// Takes what comes, as an idle CPU does, until it is so.
template <class Done>
void serve_until(Any& system, Done done) {
    for (unsigned polls = 0; !done(); ++polls) {
        if (system.take_interrupt() || ipi::Feature<Numbers>::run(system))
            continue;
        const core::IrqOff masked;
        if (!ipi::Feature<Numbers>::has_work(system, masked))
            env::relax(polls);
    }
}

/// Each CPU is a thread that runs body(cpu) and then serves until all are done with theirs and
/// nothing is under way.
template <class Body>
void each_cpu(Any& system, Body body) {
    core::Atomic<std::uint32_t> started{0};
    core::Atomic<std::uint32_t> ended{0};
    std::vector<std::jthread> threads;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        threads.emplace_back([&, cpu] {
            system.play(CpuId{cpu});
            started.fetch_add(1, core::relaxed);
            core::spin_until([&] { return started.load(core::relaxed) == cpus; });
            body(CpuId{cpu});
            ended.fetch_add(1, core::acq_rel); // pairs with the load: what was posted is there
            serve_until(system, [&] { return ended.load(core::acquire) == cpus; });
            while (system.take_interrupt() || ipi::Feature<Numbers>::run(system)) {
            }
        });
}

std::uint64_t sum(Any& system, What what) {
    std::uint64_t all = 0;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
        all += system.count(CpuId{cpu}, what);
    return all;
}

/// That every message rang, merged or met a receiver that polled, and that none was refused but
/// where a ring was full.
void check_counters(Any& system) {
    for (std::uint32_t from = 0; from < cpus; ++from)
        for (std::uint32_t to = 0; to < cpus; ++to) {
            const ipi::PairCounters& pair = system.sent(CpuId{from}, CpuId{to});
            CHECK(pair.posted.remote_load() ==
                  pair.rung.remote_load() + pair.merged.remote_load() + pair.polled.remote_load());
        }
}

} // namespace

TEST_CASE("ipi: INV-IPI-3: a storm of numbers, all to all: each comes once, in order") {
    constexpr std::uint64_t rounds = 3000;
    Storm system;
    std::array<bool, cpus> was_refused{};
    each_cpu(system, [&](CpuId self) {
        for (std::uint64_t round = 0; round < rounds; ++round)
            for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
                serve_until(system, [&] {
                    const bool posted =
                        try_post<Counted, Any>(system, CpuId{cpu}, IpiMessage<Counted>(round))
                            .has_value();
                    was_refused[self.index()] = was_refused[self.index()] || !posted;
                    return posted;
                });
    });
    CHECK(sum(system, Wrong) == 0);
    CHECK(sum(system, Numbered) == rounds * cpus * cpus);
    CHECK(std::ranges::count(was_refused, true) > 0); // else it was no storm
    check_counters(system);
}

TEST_CASE("ipi: INV-IPI-4: a storm of objects: each is one CPU's at a time") {
    constexpr std::uint64_t rounds = 3000;
    Storm system;
    std::array<std::array<Thing, 3>, cpus> things;
    each_cpu(system, [&](CpuId self) {
        for (std::uint64_t round = 0; round < rounds; ++round) {
            Thing& thing = things[self.index()][round % 3];
            serve_until(system, [&] { return thing.away.load(core::acquire) == 0; });
            thing.payload += 1 + round; // plain: it is this CPU's
            thing.away.store(1, core::relaxed);
            const CpuId target{static_cast<std::uint32_t>(round + self.value) % cpus};
            (void)post<Carry, Any>(system, target, IpiMessage<Carry>(thing));
        }
    });
    CHECK(sum(system, Parcels) == cpus * rounds * (rounds + 1) / 2);
    check_counters(system);
}

TEST_CASE("ipi: INV-IPI-1: a storm of sums: nothing of what is merged is lost") {
    constexpr std::uint64_t rounds = 3000;
    Storm system;
    each_cpu(system, [&](CpuId) {
        for (std::uint64_t round = 1; round <= rounds; ++round) {
            for (std::uint32_t cpu = 0; cpu < cpus; ++cpu)
                (void)post<Add, Any>(system, CpuId{cpu}, IpiMessage<Add>(round));
            (void)system.take_interrupt();
        }
    });
    CHECK(sum(system, Sums) == cpus * cpus * rounds * (rounds + 1) / 2);
    check_counters(system);
}

TEST_CASE("ipi: all wait for all: the handler sees what was told, the waiter that it was") {
    constexpr std::uint64_t rounds = 500;
    Storm system;
    std::array<std::uint64_t, cpus> failed{};
    each_cpu(system, [&](CpuId self) {
        for (std::uint64_t round = 1; round <= rounds; ++round)
            for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
                // Its receiver may be busy with this one when the next is posted.
                (void)post<Add, Any>(system, CpuId{cpu}, IpiMessage<Add>(1));
                system.count(self, Told + cpu) = round; // plain: read by the handler only
                failed[self.index()] += !ipi::post_and_wait<Kick, Any>(
                                             system, NoLocks(), CpuId{cpu}, IpiMessage<Kick>())
                                             .has_value();
                if (CpuId{cpu} == self)
                    (void)system.take_interrupt();
            }
    });
    CHECK(std::accumulate(failed.begin(), failed.end(), std::uint64_t{0}) == 0);
    CHECK(sum(system, Kicks) == cpus * cpus * rounds * (rounds + 1) / 2);
}

TEST_CASE("ipi: one waits for all: what their handlers wrote is there when the wait is over") {
    constexpr std::uint64_t rounds = 300;
    Storm system;
    std::uint64_t wrong = 0;
    each_cpu(system, [&](CpuId self) {
        if (self != zero)
            return; // they say nothing of their own
        for (std::uint64_t round = 1; round <= rounds; ++round)
            for (const CpuId cpu : {one, two, three}) {
                system.count(self, Told + cpu.index()) = 1;
                wrong += !ipi::post_and_wait<Kick, Any>(system, NoLocks(), cpu, IpiMessage<Kick>())
                              .has_value() ||
                         system.count(cpu, Kicks) != round; // plain
            }
    });
    CHECK(wrong == 0);
}

TEST_CASE("ipi: INV-IPI-6: all call all: each answer is of the right CPU") {
    constexpr std::uint64_t rounds = 500;
    Storm system;
    std::array<std::uint64_t, cpus> wrong{};
    each_cpu(system, [&](CpuId self) {
        for (std::uint64_t round = 0; round < rounds; ++round) {
            const CpuId target{static_cast<std::uint32_t>(round) % cpus};
            const auto answer = ipi::call_on<Any>(
                system, NoLocks(), target,
                [](core::IrqContext&, std::uint64_t number, Ticket ticket) {
                    return std::pair(percpu::this_cpu().cpu, number + ticket.number());
                },
                round, Ticket(7));
            wrong[self.index()] +=
                !answer || answer->first != target || answer->second != round + 7;
        }
    });
    CHECK(std::accumulate(wrong.begin(), wrong.end(), std::uint64_t{0}) == 0);
}
