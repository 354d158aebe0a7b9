// SPDX-License-Identifier: MIT
// A bounded ring from one CPU to another: one puts in, one takes out, neither waits for the other.
//
//   producer                                     consumer
//   slot[tail] = value
//   tail_.store(tail + 1) (release) ---------->  tail_.load (acquire): the slots are filled
//                                                takes the values
//   head_.load (acquire)  <--------------------  head_.store (release): the slots are empty
//
// Each side keeps its own index, and what it last saw of the other's, where only it looks: it reads
// the other's word only when it seems to have come to the end.
#pragma once

#include <neuron/core/plain.hpp>
#include <neuron/core/ring_index.hpp>
#include <neuron/core/send.hpp>

#include <algorithm>
#include <array>

namespace neuron::ipi {

template <class T, std::uint32_t Capacity>
class SpscRing {
    using Index = core::RingIndex<Capacity>;

  public:
    /// The producer's own side, where the consumer does not look. One for each ring.
    struct Producer {
        std::uint32_t tail = 0;
        std::uint32_t head = 0; ///< last seen
    };
    /// The consumer's own side.
    struct Consumer {
        std::uint32_t head = 0;
        std::uint32_t tail = 0; ///< last seen
    };

    /// By the producer: whether one more goes in; it then does, whatever the consumer does.
    [[nodiscard]] bool has_room(Producer& own) const {
        if (!Index::is_full(own.head, own.tail))
            return true;
        own.head = head_.load(core::acquire); // pairs with the release in drain
        return !Index::is_full(own.head, own.tail);
    }
    /// By the producer, which has room.
    void push(Producer& own, T value) {
        slots_[Index::slot(own.tail)].write(std::move(value));
        tail_.store(++own.tail, core::release); // pairs with the acquire in drain
    }

    /// By the consumer: use(T&&) for each value that is there, oldest first, `most` at most; how
    /// many there were. INV-IPI-3: the values leave in the order in which they came, each once.
    /// Their slots are free, and the producer is told so, when the last of them was used.
    template <class Use>
    std::uint32_t drain(Consumer& own, std::uint32_t most, Use use) {
        if (Index::size(own.head, own.tail) < most)
            own.tail = tail_.load(core::acquire); // pairs with the release in push
        const std::uint32_t count = std::min(Index::size(own.head, own.tail), most);
        if (count == 0)
            return 0;
        const std::uint32_t end = own.head + count;
        for (std::uint32_t index = own.head; index != end; ++index)
            slots_[Index::slot(index)].consume(use);
        own.head = end;
        head_.store(end, core::release); // pairs with has_room and consumed
        return count;
    }

    /// By the consumer: whether a value is there, as far as it can see.
    [[nodiscard]] bool has_more(const Consumer& own) const {
        return tail_.load(core::relaxed) != own.head; // drain acquires
    }

    /// By any CPU: how many values the consumer is done with, of all that there ever were (the low
    /// 32 bits). What was done with them has happened.
    [[nodiscard]] std::uint32_t consumed() const {
        return head_.load(core::acquire); // pairs with the release in drain
    }

  private:
    alignas(64) core::Atomic<std::uint32_t> tail_{0}; ///< the producer writes it
    alignas(64) core::Atomic<std::uint32_t> head_{0}; ///< the consumer writes it
    /// Ordered by tail_ and head_. None shares a line with these, and none of 64 bytes has two.
    alignas(64) std::array<core::Plain<T>, Capacity> slots_;
};

} // namespace neuron::ipi

// SAFETY: Plain slots are not derived. tail_ and head_ hand each slot to and fro (see the top); one
// producer and one consumer, since each side is a PerCpu of one CPU.
template <class T, std::uint32_t Capacity>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::ipi::SpscRing<T, Capacity>> =
    neuron::core::Send<T>;
