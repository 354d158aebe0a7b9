// SPDX-License-Identifier: MIT
// Atomic, Plain, RingIndex and Refused together: a ring by which one CPU sends what only moves to
// another. TSan sees a slot that is touched by two at once.
#include <neuron/core/atomic.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/result.hpp>
#include <neuron/core/ring_index.hpp>
#include <neuron/core/wait.hpp>

#include <array>
#include <deque>
#include <doctest/doctest.h>
#include <memory>
#include <optional>
#include <random>
#include <thread>

using namespace neuron::core;

namespace {

using Message = std::unique_ptr<std::uint32_t>;
using Refusal = Refused<Message, char>;

template <std::uint32_t Capacity>
class Ring {
    using Index = RingIndex<Capacity>;

  public:
    explicit Ring(std::uint32_t start) : head_(start), tail_(start) {}

    Result<void, Refusal> try_send(Message message) {
        const std::uint32_t tail = tail_.load(relaxed); // its own
        // Acquire: pairs with the release in receive, so the slot is free.
        if (Index::is_full(head_.load(acquire), tail))
            return std::unexpected(Refusal{'f', std::move(message)});
        slots_[Index::slot(tail)].write(std::move(message));
        tail_.store(tail + 1, release); // pairs with the acquire in receive
        return {};
    }

    std::optional<Message> receive() {
        const std::uint32_t head = head_.load(relaxed); // its own
        // Acquire: pairs with the release in try_send, so the message is there.
        if (Index::is_empty(head, tail_.load(acquire)))
            return {};
        std::optional<Message> message = slots_[Index::slot(head)].take();
        head_.store(head + 1, release); // pairs with the acquire in try_send
        return message;
    }

  private:
    Atomic<std::uint32_t> head_;
    Atomic<std::uint32_t> tail_;
    std::array<Plain<Message>, Capacity> slots_;
};

/// A ring whose indices begin at `start` does what a bounded deque does.
template <std::uint32_t Capacity>
void check_beside_deque(std::uint32_t start) {
    std::mt19937 random{start};
    Ring<Capacity> ring(start);
    std::deque<std::uint32_t> model;
    for (std::uint32_t step = 0; step < 2000; ++step) {
        if (random() % 2 == 0) {
            auto sent = ring.try_send(std::make_unique<std::uint32_t>(step));
            REQUIRE(sent.has_value() == (model.size() < Capacity));
            if (sent)
                model.push_back(step);
            else
                REQUIRE(*sent.error().value == step);
        } else {
            const auto got = ring.receive();
            REQUIRE(got.has_value() == !model.empty());
            if (got) {
                REQUIRE(**got == model.front());
                model.pop_front();
            }
        }
    }
}

} // namespace

// test_reject: a ring whose index could not wrap.
template <std::uint32_t Capacity>
concept IsCapacity = requires { RingIndex<Capacity>::slot(0); };
static_assert(IsCapacity<1> && IsCapacity<2> && IsCapacity<0x8000'0000>);
static_assert(!IsCapacity<0> && !IsCapacity<3> && !IsCapacity<0xffff'ffff>);

TEST_CASE("core: a ring does what a bounded deque does, wherever its indices start") {
    for (const std::uint32_t start : {0U, 1U, 0x7fff'fff0U, 0xffff'fff0U, 0xffff'ffffU}) {
        check_beside_deque<1>(start);
        check_beside_deque<2>(start);
        check_beside_deque<8>(start);
    }
}

TEST_CASE("core: the largest ring is full at 2^31 and wraps") {
    using Largest = RingIndex<0x8000'0000>;
    CHECK_FALSE(Largest::is_full(5, 4 + 0x8000'0000U));
    CHECK(Largest::is_full(5, 5 + 0x8000'0000U));
    CHECK(Largest::size(0xffff'ffff, 0x7fff'ffff) == 0x8000'0000);
    CHECK(Largest::slot(0x7fff'ffff) == 0x7fff'ffff);
    CHECK(Largest::slot(0x8000'0000) == 0);
}

TEST_CASE("core: one CPU sends what only moves to another, in order, across the wrap") {
    constexpr std::uint32_t messages = 50'000;
    Ring<4> ring(0xffff'ffff - messages / 2);
    std::jthread sender([&] {
        for (std::uint32_t number = 0; number < messages; ++number) {
            Message message = std::make_unique<std::uint32_t>(number);
            spin_until([&] {
                auto sent = ring.try_send(std::move(message));
                if (!sent)
                    message = std::move(sent.error().value);
                return sent.has_value();
            });
        }
    });
    std::uint32_t wrong = 0;
    for (std::uint32_t number = 0; number < messages; ++number)
        spin_until([&] {
            const auto got = ring.receive();
            wrong += got && **got != number;
            return got.has_value();
        });
    CHECK(wrong == 0);
    CHECK_FALSE(ring.receive().has_value());
}
