// SPDX-License-Identifier: MIT
// The rivals of sync's own lock word, with the same face. All wait as the system waits: they nap.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/wait.hpp>

#include <cstdint>

namespace lock_contest {

using namespace neuron;

/// Test and test-and-set: no order among waiters.
class TestAndSet {
  public:
    struct Node {};
    void acquire(Node&) {
        while (word_.exchange(1, core::acquire) != 0) // pairs with release()
            core::spin_until([&] { return word_.load(core::relaxed) == 0; }); // a hint only
    }
    void release(Node&) { word_.store(0, core::release); } // pairs with acquire()

  private:
    core::Atomic<std::uint32_t> word_{0};
};

/// A ticket lock: strictly first come, first served.
class Ticket {
  public:
    struct Node {};
    void acquire(Node&) {
        const std::uint32_t mine = next_.fetch_add(1, core::relaxed);           // a number
        core::spin_until([&] { return serving_.load(core::acquire) == mine; }); // with release()
    }
    void release(Node&) {
        // Relaxed: only the holder writes it.
        serving_.store(serving_.load(core::relaxed) + 1, core::release); // pairs with acquire()
    }

  private:
    core::Atomic<std::uint32_t> next_{0};
    core::Atomic<std::uint32_t> serving_{0};
};

/// A queue lock (Mellor-Crummey and Scott 1991): first come, first served, each waits on a line of
/// its own.
class Queue {
  public:
    struct alignas(64) Node {
        core::Atomic<Node*> next{nullptr};
        core::Atomic<std::uint32_t> waits{0};
    };
    void acquire(Node& node) {
        node.next.store(nullptr, core::relaxed); // published by the exchange
        node.waits.store(1, core::relaxed);      // likewise
        // Acquire pairs with release() by an empty queue; release publishes the node.
        Node* const before = tail_.exchange(&node, core::acq_rel);
        if (before == nullptr)
            return;
        before->next.store(&node, core::release); // pairs with the load in release()
        core::spin_until([&] { return node.waits.load(core::acquire) == 0; }); // with release()
    }
    void release(Node& node) {
        Node* last = &node;
        if (node.next.load(core::acquire) == nullptr) { // pairs with acquire()
            // Release: pairs with the exchange of whoever comes next.
            if (tail_.compare_exchange(last, nullptr, core::release, core::relaxed))
                return;
            core::spin_until([&] { return node.next.load(core::acquire) != nullptr; });
        }
        node.next.load(core::acquire)->waits.store(0, core::release); // pairs with acquire()
    }

  private:
    core::Atomic<Node*> tail_{nullptr};
};

/// The one that SpinLock has.
template <class Word>
class Own {
  public:
    struct Node {};
    void acquire(Node&) { word_.acquire(); }
    void release(Node&) { word_.release(); }

  private:
    Word word_;
};

} // namespace lock_contest
