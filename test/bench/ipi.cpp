// SPDX-License-Identifier: MIT
// SpscRing beside the bounded queues from one thread to one that a C++ programmer on Linux has.
// Each is used as its own benchmark or documentation has it.
#include <neuron/ipi/spsc_ring.hpp>

#include <atomic_queue/atomic_queue.h>
#include <boost/lockfree/spsc_queue.hpp>
#include <readerwriterqueue/readerwriterqueue.h>

#include "transfer.hpp"

namespace {

using namespace neuron;

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

template <std::size_t Bytes, std::uint32_t Capacity>
void compete() {
    row<Own, Bytes, Capacity>("ring", "NEURON");
    row<Boost, Bytes, Capacity>("ring", "boost spsc_queue");
    row<AtomicQueue, Bytes, Capacity>("ring", "AtomicQueue2");
    row<ReaderWriter, Bytes, Capacity>("ring", "ReaderWriterQueue");
}

} // namespace

int main(int argc, char** argv) {
    compete<16, 1024>();
    compete<64, 1024>();
    compete<16, 16>();
    compete<64, 16>();
    return run_rows(argc, argv);
}
