// SPDX-License-Identifier: MIT
// Queues side by side: how long a message takes from one thread to another. Names of benchmarks are
// OPERATION/WHOSE. Whoever finds a queue full or empty waits in the same way: the host may have
// fewer free cores than threads.
#pragma once
#include <array>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <sched.h>
#include <string>
#include <thread>

/// Messages in one iteration of a benchmark.
inline constexpr std::int64_t batch = 8192;

template <std::size_t Bytes>
struct Message {
    std::array<std::uint64_t, Bytes / 8> words;
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

/// Thread 0 on one core and thread 1 on another, where there are two: else each run would measure
/// where the host has just put them.
inline void stay_on_core(int index) {
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
void row(const char* what, const char* whose) {
    const std::string name = std::string(what) + "_of_" + std::to_string(Capacity) +
                             "_messages_of_" + std::to_string(Bytes) + "_bytes/" + whose;
    benchmark::RegisterBenchmark(name.c_str(),
                                 transfer<Queue<Message<Bytes>, Capacity>, Message<Bytes>>)
        ->Threads(2)
        ->UseRealTime();
}

/// main of a program with those rows.
inline int run_rows(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
