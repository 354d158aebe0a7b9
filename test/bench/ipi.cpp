// SPDX-License-Identifier: MIT
// SpscRing beside the bounded queues from one thread to one that a C++ programmer on Linux has: how
// long a message takes, while one thread puts in and another takes out. Names are OPERATION/WHOSE.
// Each is used as its own benchmark or documentation has it, and whoever finds a queue full or
// empty waits in the same way: the host may have fewer free cores than threads.
#include <neuron/ipi/spsc_ring.hpp>

#include <atomic_queue/atomic_queue.h>
#include <benchmark/benchmark.h>
#include <boost/lockfree/spsc_queue.hpp>
#include <readerwriterqueue/readerwriterqueue.h>
#include <sched.h>
#include <thread>

namespace {

using namespace neuron;

/// Messages in one iteration of a benchmark.
constexpr std::int64_t batch = 8192;

template <std::size_t Bytes>
struct Message {
    std::array<std::uint64_t, Bytes / 8> words;
};

/// Each says whether one more went in, and hands all or some of what is there to use(message); how
/// many there were.
template <class T, std::uint32_t Capacity>
struct Own {
    bool try_push(const T& message) {
        if (!ring.has_room(producer))
            return false;
        ring.push(producer, message);
        return true;
    }
    template <class Use>
    std::int64_t drain(Use use) {
        return ring.drain(consumer, Capacity, use);
    }
    using Ring = ipi::SpscRing<T, Capacity>;
    Ring ring;
    alignas(64) Ring::Producer producer;
    alignas(64) Ring::Consumer consumer;
};

template <class T, std::uint32_t Capacity>
struct Boost {
    bool try_push(const T& message) { return queue.push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return static_cast<std::int64_t>(queue.consume_all(use));
    }
    boost::lockfree::spsc_queue<T, boost::lockfree::capacity<Capacity>> queue;
};

/// Of a queue that gives one message at a time.
template <class T, class Take, class Use>
std::int64_t drain_one(Take take, Use use) {
    T message;
    if (!take(message))
        return 0;
    use(message);
    return 1;
}

/// For one producer and one consumer as in its own benchmark: the last parameter, and nothing done
/// against contention of several.
template <class T, std::uint32_t Capacity>
struct AtomicQueue {
    bool try_push(const T& message) { return queue.try_push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.try_pop(message); }, use);
    }
    atomic_queue::AtomicQueue2<T, Capacity, false, true, false, true> queue;
};

template <class T, std::uint32_t Capacity>
struct ReaderWriter {
    bool try_push(const T& message) { return queue.try_enqueue(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.try_dequeue(message); }, use);
    }
    moodycamel::ReaderWriterQueue<T> queue{Capacity - 1}; // it keeps one slot free
};

/// Thread 0 on one core and thread 1 on another, where there are two: else each run would measure
/// where the host has just put them.
void stay_on_core(int index) {
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET(static_cast<unsigned>(index) % std::thread::hardware_concurrency(), &core);
    (void)sched_setaffinity(0, sizeof(core), &core); // refused: it runs where it is
}

/// Polls, then gives way.
template <class Done>
void wait_for(Done done) {
    for (unsigned polls = 0; !done(); ++polls)
        if (polls >= 64)
            std::this_thread::yield();
}

template <class T>
T numbered(std::uint64_t number) {
    T message;
    for (std::uint64_t& word : message.words)
        word = number;
    return message;
}

/// Thread 0 puts in, thread 1 takes out and reads each message whole.
template <class Queue, class T>
void transfer(benchmark::State& state) {
    static Queue queue;
    static std::uint64_t sent = 0;
    static std::uint64_t received = 0; // of one thread each
    stay_on_core(state.thread_index());
    if (state.thread_index() == 0) {
        for (auto _ : state)
            for (std::int64_t i = 0; i < batch; ++i) {
                const T message = numbered<T>(sent++);
                wait_for([&] { return queue.try_push(message); });
            }
    } else {
        std::uint64_t wrong = 0;
        std::int64_t missing = 0; // a drain may bring some of the next iteration
        for (auto _ : state) {
            for (missing += batch; missing > 0;)
                wait_for([&] {
                    const std::int64_t count = queue.drain([&](const T& message) {
                        for (const std::uint64_t word : message.words)
                            wrong |= word ^ received;
                        ++received;
                    });
                    missing -= count;
                    return count != 0;
                });
        }
        if (wrong != 0)
            state.SkipWithError("a message was lost or changed");
    }
}

template <template <class, std::uint32_t> class Queue, std::size_t Bytes, std::uint32_t Capacity>
void row(const char* whose) {
    const std::string name = "ring_of_" + std::to_string(Capacity) + "_messages_of_" +
                             std::to_string(Bytes) + "_bytes/" + whose;
    benchmark::RegisterBenchmark(name.c_str(),
                                 transfer<Queue<Message<Bytes>, Capacity>, Message<Bytes>>)
        ->Threads(2)
        ->UseRealTime();
}

template <std::size_t Bytes, std::uint32_t Capacity>
void compete() {
    row<Own, Bytes, Capacity>("NEURON");
    row<Boost, Bytes, Capacity>("boost spsc_queue");
    row<AtomicQueue, Bytes, Capacity>("AtomicQueue2");
    row<ReaderWriter, Bytes, Capacity>("ReaderWriterQueue");
}

} // namespace

int main(int argc, char** argv) {
    compete<16, 1024>();
    compete<64, 1024>();
    compete<16, 16>();
    compete<64, 16>();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
}
