// SPDX-License-Identifier: MIT
// Posting and draining as the kernel does it, on three CPUs, with their interrupts.
#include "system.hpp"

using namespace suite;
using model_test::passes;
using model_test::Probe;
using namespace ipi_model;

namespace {

constexpr CpuId zero{0};
constexpr CpuId one{1};
constexpr CpuId two{2};

/// What the handlers of a test saw. Made by each run, for the kinds below, which know of no test.
struct Log {
    Log() { current = this; }
    std::array<int, 3> next{};      ///< of each sender
    std::array<Plain<int>, 3> told; ///< by each sender, before it posts a Bit
    Word handled;
    Word sum;
    static Log* current;
};
Log* Log::current = nullptr;

/// Its handlers see each sender's values in order.
struct Number {
    using Carrier = ipi::Ring<Probe>;
    template <class System>
    static void on_message(System&, core::IrqContext&, CpuId sender, const Probe& value) {
        MODEL_ASSERT(value.read() == Log::current->next.at(sender.index())++);
        Log::current->handled.fetch_add(1, release);
    }
};

/// Its handler reads what the sender wrote before it posted.
struct Told {
    using Carrier = ipi::Bit;
    template <class System>
    static void on_message(System&, core::IrqContext&, CpuId sender) {
        MODEL_ASSERT(Log::current->told.at(sender.index()).read() == 1);
        Log::current->handled.fetch_add(1, release);
    }
};

struct Sum {
    using Carrier = ipi::Slot<Probe>;
    static void merge(Probe& waiting, const Probe& newer) {
        waiting = Probe(waiting.read() + newer.read());
    }
    template <class System>
    static void on_message(System&, core::IrqContext&, CpuId, const Probe& value) {
        Log::current->sum.fetch_add(static_cast<unsigned>(value.read()), release);
    }
};

struct Node : ipi::LinkNode {
    Probe value;
};
} // namespace

// SAFETY: a test's; the checker sees every access.
template <>
inline constexpr bool neuron::core::unsafe_send<Node> = true;

namespace {

struct Object {
    using Carrier = ipi::Link<Node>;
    template <class System>
    static void on_message(System&, core::IrqContext&, CpuId, Node& node) {
        node.value = Probe(node.value.read() + 1); // it is the handler's now
        Log::current->handled.fetch_add(1, release);
    }
};

/// Goes to its own CPU again and again.
struct Again {
    using Carrier = ipi::Link<Node>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId, Node& node) {
        (void)ipi::post<Again>(system, system.this_cpu(), ipi::IpiMessage<Again>(node));
    }
};

/// Answers once, from the handler.
struct Answer {
    using Carrier = ipi::Ring<int>;
    template <class System>
    static void on_message(System& system, core::IrqContext&, CpuId sender, int left) {
        if (left != 0)
            MODEL_ASSERT(ipi::try_post<Answer>(system, sender, ipi::IpiMessage<Answer>(left - 1))
                             .has_value());
        else
            Log::current->handled.fetch_add(1, release);
    }
};

template <class AnySystem>
void post_numbers(AnySystem& system, CpuId to, int count) {
    for (int i = 0; i < count; ++i)
        MODEL_ASSERT(
            ipi::try_post<Number>(system, to, ipi::IpiMessage<Number>(Probe(i))).has_value());
}

void wait_for(Word& word, unsigned value) {
    spin_until([&] { return word.load(acquire) == value; });
}

} // namespace

TEST_CASE("ipi: INV-IPI-1: every message is handled, though the receiver sleeps") {
    passes("post: 2 senders, 2 user messages each, to a CPU that sleeps", 3108, [] {
        Log log;
        System<Numbers<3>, Number> system;
        system.take_interrupts(two);
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            post_numbers(system, two, 2);
        });
        wait_for(log.handled, 4);
        system.interrupts(two).mask(); // the handler is done for good
    });
    passes("post: 2 senders, an object each, to a CPU that sleeps", 84, [] {
        Log log;
        std::array<Node, 2> nodes;
        System<Numbers<3>, Object> system;
        system.take_interrupts(two);
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            (void)ipi::post<Object>(system, two, ipi::IpiMessage<Object>(nodes.at(cpu)));
        });
        wait_for(log.handled, 2);
        system.interrupts(two).mask();
        for (const Node& node : nodes)
            MODEL_ASSERT(node.value.read() == 1);
    });
    passes("post: 2 senders, a sum of 2 each, against drains in progress", 960, [] {
        Log log;
        System<Numbers<3>, Sum> system;
        system.take_interrupts(two);
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            for (int i = 0; i < 2; ++i)
                (void)ipi::post<Sum>(system, two, ipi::IpiMessage<Sum>(Probe(1 << (2 * cpu + i))));
        });
        wait_for(log.sum, 15);
        system.interrupts(two).mask();
    });
    passes("post: 2 senders, a bit each, told something before", 312, [] {
        Log log;
        System<Numbers<3>, Told> system;
        system.take_interrupts(two);
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            log.told.at(cpu).write(1);
            (void)ipi::post<Told>(system, two, ipi::IpiMessage<Told>());
            (void)ipi::post<Told>(system, two, ipi::IpiMessage<Told>());
        });
        for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
            system.play(CpuId{cpu});
            spin_until([&] { return ipi::detail::is_handled<Told>(system, two, 2); });
        }
        system.interrupts(two).mask();
    });
}

TEST_CASE("ipi: INV-IPI-1: a value counts as handled when its handler has had it") {
    passes("post: a sum joined by its own CPU's handler while it is taken", 8, [] {
        Log log;
        System<Numbers<2>, Sum> system;
        system.take_interrupts(one);
        parallel([&] {
            system.play(zero);
            for (int i = 0; i < 2; ++i)
                (void)ipi::post<Sum>(system, one, ipi::IpiMessage<Sum>(Probe(1 << i)));
            for (std::uint64_t last = 1; last <= 2; ++last) {
                spin_until([&] { return ipi::detail::is_handled<Sum>(system, one, last); });
                MODEL_ASSERT(log.sum.load(relaxed) >= last); // 1, then 1 + 2
            }
        });
        system.interrupts(one).mask();
    });
}

/// Two senders, and a CPU that looks, polling or not, and sleeps.
static auto with_sleeper(bool polls) {
    return [polls] {
        Log log;
        System<Numbers<3>, Number> system;
        parallel(
            [&] {
                system.play(zero);
                post_numbers(system, two, 1);
            },
            [&] {
                system.play(one);
                post_numbers(system, two, 1);
            },
            [&] { // as kernel/src/wait.cpp has it; a pending interrupt is taken when the mask goes
                system.play(two);
                ipi::set_polling(system, IrqOff(), polls);
                while (log.handled.load(relaxed) != 2) {
                    if (ipi::serve_at_task_level(system))
                        continue;
                    {
                        const IrqOff masked;
                        if (!ipi::idle_has_work(system, masked) && log.handled.load(relaxed) != 2)
                            system.interrupts(two).wait_irq();
                    }
                    system.on_interrupt(two);
                }
            });
    };
}

TEST_CASE("ipi: INV-IPI-1: an idle CPU sleeps only when nothing is there") {
    passes("idle: 2 senders, 1 message each, a CPU that polls and sleeps", 188, with_sleeper(true));
    passes("idle: 2 senders, 1 message each, a CPU that sleeps at once", 110, with_sleeper(false));
}

TEST_CASE("ipi: INV-IPI-2: a doorbell that failed rings again") {
    passes("post: the first doorbell fails, 2 senders", 324, [] {
        Log log;
        System<Numbers<3>, Number> system;
        system.failing = zero; // its first one
        system.take_interrupts(two);
        parallel(
            [&] {
                system.play(zero);
                post_numbers(system, two, 1);
                (void)ipi::serve_at_task_level(system); // its next idle pass
            },
            [&] {
                system.play(one);
                post_numbers(system, two, 2);
            });
        wait_for(log.handled, 3);
        system.interrupts(two).mask();
    });
    passes("post: a doorbell fails for good, another sender rings", 1, [] {
        Log log;
        System<Numbers<3>, Number> system;
        system.failing = zero;
        system.take_interrupts(two);
        parallel([&] {
            system.play(zero);
            post_numbers(system, two, 1); // and enters no kernel again
            system.play(one);
            post_numbers(system, two, 1);
        });
        wait_for(log.handled, 2);
        system.interrupts(two).mask();
    });
    passes("post: the first doorbell fails, the second message rings", 1, [] {
        Log log;
        System<Numbers<3>, Number> system;
        system.failing = zero;
        system.take_interrupts(two);
        parallel([&] {
            system.play(zero);
            post_numbers(system, two, 2);
        });
        wait_for(log.handled, 2);
        system.interrupts(two).mask();
    });
}

TEST_CASE("ipi: INV-IPI-5: a sender with much to say does not silence the next") {
    passes("drain: 2 messages each time, 4 of one sender, 1 of another", 1, [] {
        Log log;
        System<Numbers<3, 2, 2>, Number> system;
        system.play(zero);
        post_numbers(system, two, 4);
        system.play(one);
        post_numbers(system, two, 1);
        system.play(two);
        system.on_interrupt(two);
        system.on_interrupt(two);
        MODEL_ASSERT(log.next[1] == 1);
        system.on_interrupt(two);
        MODEL_ASSERT(log.next[0] == 4);
    });
    passes("drain: 2 messages each time, an object that is posted on, a sender", 1, [] {
        Log log;
        Node node;
        System<Numbers<2, 2>, Again, Number> system;
        system.play(zero);
        (void)ipi::post<Again>(system, one, ipi::IpiMessage<Again>(node));
        post_numbers(system, one, 1);
        system.play(one);
        system.on_interrupt(one);
        system.on_interrupt(one);
        MODEL_ASSERT(log.next[0] == 1);
    });
}

TEST_CASE("ipi: INV-IPI-1: handlers post, also while their own CPU does") {
    passes("post: two CPUs post to each other, both handlers answer", 182, [] {
        Log log;
        System<Numbers<2>, Answer> system;
        system.take_interrupts(zero);
        system.take_interrupts(one);
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            system.interrupts(CpuId{cpu}).run_here();
            MODEL_ASSERT(ipi::try_post<Answer>(system, CpuId{1 - cpu}, ipi::IpiMessage<Answer>(1))
                             .has_value());
        });
        wait_for(log.handled, 2);
        system.interrupts(zero).mask();
        system.interrupts(one).mask();
    });
}

TEST_CASE("ipi: INV-IPI-1: CPUs that wait for each other serve each other") {
    passes("post_and_wait: two CPUs, each for the other", 40, [] {
        Log log;
        System<Numbers<2>, Number> system;
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            MODEL_ASSERT(ipi::post_and_wait<Number>(system, sync::NoLocks(), CpuId{1 - cpu},
                                                    ipi::IpiMessage<Number>(Probe(0)))
                             .has_value());
        });
    });
    passes("call_on: two CPUs, each on the other", 93, [] {
        System<Numbers<2>, ipi::Call> system;
        each_of(2, [&](unsigned cpu) {
            system.play(CpuId{cpu});
            const auto answer = ipi::call_on(
                system, sync::NoLocks(), CpuId{1 - cpu},
                [](core::IrqContext&, int n) { return n + 1; }, 4);
            MODEL_ASSERT(answer.has_value() && *answer == 5);
        });
    });
}
