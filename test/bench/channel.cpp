// SPDX-License-Identifier: MIT
// Channels beside the bounded queues that a C++ programmer on Linux has, from one thread to one, by
// try_send and try_receive: no task waits here, and none is woken. Those on the right of "spsc" are
// for one at each end; those of "mpmc" take any number.
#include <neuron/channel/channel.hpp>

#include <atomic_queue/atomic_queue.h>
#include <boost/lockfree/queue.hpp>
#include <boost/lockfree/spsc_queue.hpp>
#include <concurrentqueue/concurrentqueue.h>
#include <cstdlib>
#include <tbb/concurrent_queue.h>

#include "no_system.hpp"
#include "transfer.hpp"

namespace {

using namespace neuron;
using channel::Form;

template <Form F, class T, std::uint32_t Capacity>
struct Own {
    using Channel = channel::Channel<NoSystem, T, Capacity, F>;

    bool try_push(const T& message) { return ends.sender.try_send(message).has_value(); }
    template <class Use>
    std::int64_t drain(Use use) {
        const auto message = ends.receiver.try_receive();
        if (message)
            use(*message);
        return message.has_value();
    }
    Channel channel;
    typename Channel::Ends ends = *channel.open();
};
template <class T, std::uint32_t Capacity>
using Spsc = Own<Form::Spsc, T, Capacity>;
template <class T, std::uint32_t Capacity>
using Mpmc = Own<Form::Mpmc, T, Capacity>;

template <class T, std::uint32_t Capacity>
struct BoostSpsc {
    bool try_push(const T& message) { return queue.push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.pop(message); }, use);
    }
    boost::lockfree::spsc_queue<T, boost::lockfree::capacity<Capacity>> queue;
};
template <class T, std::uint32_t Capacity>
struct BoostMpmc {
    bool try_push(const T& message) { return queue.bounded_push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.pop(message); }, use);
    }
    boost::lockfree::queue<T, boost::lockfree::capacity<Capacity>> queue;
};
/// `Alone`: one at each end, which it is told by its last parameter.
template <class T, std::uint32_t Capacity, bool Alone>
struct AtomicQueue {
    bool try_push(const T& message) { return queue.try_push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.try_pop(message); }, use);
    }
    atomic_queue::AtomicQueue2<T, Capacity, !Alone, true, false, Alone> queue;
};
template <class T, std::uint32_t Capacity>
using AtomicSpsc = AtomicQueue<T, Capacity, true>;
template <class T, std::uint32_t Capacity>
using AtomicMpmc = AtomicQueue<T, Capacity, false>;

template <class T, std::uint32_t Capacity>
struct OneTbb {
    OneTbb() { queue.set_capacity(Capacity); }
    bool try_push(const T& message) { return queue.try_push(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.try_pop(message); }, use);
    }
    tbb::concurrent_bounded_queue<T> queue;
};
/// It has no bound: try_enqueue takes what it has room for, which is at least as much.
template <class T, std::uint32_t Capacity>
struct Moodycamel {
    bool try_push(const T& message) { return queue.try_enqueue(message); }
    template <class Use>
    std::int64_t drain(Use use) {
        return drain_one<T>([&](T& message) { return queue.try_dequeue(message); }, use);
    }
    moodycamel::ConcurrentQueue<T> queue{Capacity};
};

template <std::size_t Bytes, std::uint32_t Capacity>
void compete() {
    row<Spsc, Bytes, Capacity>("spsc", "NEURON");
    row<BoostSpsc, Bytes, Capacity>("spsc", "boost spsc_queue");
    row<AtomicSpsc, Bytes, Capacity>("spsc", "AtomicQueue2");
    row<Mpmc, Bytes, Capacity>("mpmc", "NEURON");
    row<BoostMpmc, Bytes, Capacity>("mpmc", "boost queue");
    row<AtomicMpmc, Bytes, Capacity>("mpmc", "AtomicQueue2");
    row<OneTbb, Bytes, Capacity>("mpmc", "oneTBB");
    row<Moodycamel, Bytes, Capacity>("mpmc", "ConcurrentQueue");
}

} // namespace

int main(int argc, char** argv) {
    compete<16, 1024>();
    compete<64, 1024>();
    compete<16, 16>();
    return run_rows(argc, argv);
}
