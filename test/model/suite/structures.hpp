// SPDX-License-Identifier: MIT
// Known programs with their known faults: what a flag takes away must be found.
#pragma once

#include <array>
#include <optional>

#include "parallel.hpp"

namespace suite {

/// Single producer, single consumer.
template <unsigned Size>
struct Spsc {
    bool push(int value, Order publish = release) {
        const unsigned tail = tail_.load(relaxed);
        if (tail - head_.load(acquire) == Size)
            return false;
        slots_[tail % Size].write(value);
        tail_.store(tail + 1, publish);
        return true;
    }
    std::optional<int> pop() {
        const unsigned head = head_.load(relaxed);
        if (head == tail_.load(acquire))
            return {};
        const int value = slots_[head % Size].read();
        head_.store(head + 1, release);
        return value;
    }

    std::array<Plain<int>, Size> slots_;
    Word head_;
    Word tail_;
};

/// Many producers, one consumer: Vyukov's bounded queue, a sequence number for each slot.
template <unsigned Size>
struct Mpsc {
    explicit Mpsc(Order publish_order = release) : publish(publish_order) {
        for (unsigned i = 0; i < Size; ++i)
            slots_[i].sequence.store(i, relaxed);
    }
    bool push(int value) {
        unsigned tail = tail_.load(relaxed);
        for (;;) {
            Slot& slot = slots_[tail % Size];
            const unsigned sequence = slot.sequence.load(acquire);
            if (sequence == tail) {
                if (!tail_.compare_exchange(tail, tail + 1, relaxed, relaxed))
                    continue;
                slot.value.write(value);
                slot.sequence.store(tail + 1, publish);
                return true;
            }
            if (sequence - tail > Size) // behind: the slot is not free yet
                return false;
            tail = tail_.load(relaxed);
        }
    }
    std::optional<int> pop() {
        Slot& slot = slots_[head_ % Size];
        if (slot.sequence.load(acquire) != head_ + 1)
            return {};
        const int value = slot.value.read();
        slot.sequence.store(head_ + Size, release);
        ++head_;
        return value;
    }

    struct Slot {
        Word sequence;
        Plain<int> value;
    };
    Order publish;
    std::array<Slot, Size> slots_;
    Word tail_;
    unsigned head_ = 0; ///< the consumer's own
};

/// The work-stealing deque of Le, Pop, Cohen and Zappa Nardelli (PPoPP 2013), without growth.
struct ChaseLev {
    static constexpr int empty = -1;
    void push(int value) {
        const int bottom = bottom_.load(relaxed);
        slots_[static_cast<unsigned>(bottom) % 4].store(value, relaxed);
        fence(release);
        bottom_.store(bottom + 1, relaxed);
    }
    int take(bool fenced = true) {
        const int bottom = bottom_.load(relaxed) - 1;
        bottom_.store(bottom, relaxed);
        if (fenced)
            fence(seq_cst);
        int top = top_.load(relaxed);
        if (top > bottom) {
            bottom_.store(bottom + 1, relaxed);
            return empty;
        }
        int value = slots_[static_cast<unsigned>(bottom) % 4].load(relaxed);
        if (top == bottom) {
            if (!top_.compare_exchange(top, top + 1, seq_cst, relaxed))
                value = empty;
            bottom_.store(bottom + 1, relaxed);
        }
        return value;
    }
    int steal(bool fenced = true) {
        int top = top_.load(acquire);
        if (fenced)
            fence(seq_cst);
        const int bottom = bottom_.load(acquire);
        if (top >= bottom)
            return empty;
        const int value = slots_[static_cast<unsigned>(top) % 4].load(relaxed);
        return top_.compare_exchange(top, top + 1, seq_cst, relaxed) ? value : empty;
    }

    Atomic<int> top_;
    Atomic<int> bottom_;
    std::array<Atomic<int>, 4> slots_;
};

/// A stack of two nodes by index, with a tag beside the index or without.
struct Treiber {
    explicit Treiber(bool tagged) : step(tagged ? 4U : 0U) {}
    static constexpr unsigned nil = 3;
    void push(unsigned node) {
        unsigned head = head_.load(relaxed);
        do
            next_[node].store(head & 3, relaxed);
        while (!head_.compare_exchange(head, ((head + step) & ~3U) | node, release, relaxed));
    }
    unsigned pop() {
        unsigned head = head_.load(acquire);
        for (;;) {
            if ((head & 3) == nil)
                return nil;
            const unsigned next = next_[head & 3].load(relaxed);
            if (head_.compare_exchange(head, ((head + step) & ~3U) | next, acquire, acquire))
                return head & 3;
        }
    }

    unsigned step;
    Word head_{nil};
    std::array<Word, 3> next_;
};

} // namespace suite
