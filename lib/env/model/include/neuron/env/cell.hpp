// SPDX-License-Identifier: MIT
// Model world: one atomic word of an execution graph, for core::Atomic only.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <model/run.hpp>

// INV-ENV-1: a namespace of its own, so that mixing worlds fails to link.
namespace neuron::env {
inline namespace model_world {

using Order = std::memory_order;

/// A word that several threads may touch at once; same face as in the kernel world.
template <class T>
class Cell {
  public:
    // Not inlined: where it was called from is what a trace shows.
    [[gnu::noinline]] explicit Cell(T value)
        : location_(run().make_location(bits(value), __builtin_return_address(0))) {
        run().place(location_, this);
    }
    ~Cell() { run().end_location(location_); }
    Cell(const Cell&) = delete;
    Cell& operator=(const Cell&) = delete;

    [[nodiscard, gnu::noinline]] T load(Order order) const {
        return ask(model::Change::None, {}, order, order, {}, __builtin_return_address(0)).value;
    }
    [[gnu::noinline]] void store(T value, Order order) {
        run().store(location_, bits(value), order, __builtin_return_address(0));
    }
    [[gnu::noinline]] T exchange(T value, Order order) {
        return ask(model::Change::Exchange, bits(value), order, order, {},
                   __builtin_return_address(0))
            .value;
    }
    [[gnu::noinline]] bool compare_exchange(T& expected, T desired, Order success, Order failure) {
        const auto [value, wrote] = ask(model::Change::CompareExchange, bits(desired), success,
                                        failure, bits(expected), __builtin_return_address(0));
        if (!wrote)
            expected = value;
        return wrote;
    }
    [[gnu::noinline]] T fetch_add(T value, Order order) {
        return ask(model::Change::Add, bits(value), order, order, {}, __builtin_return_address(0))
            .value;
    }
    [[gnu::noinline]] T fetch_sub(T value, Order order) {
        return ask(model::Change::Add, bits(static_cast<T>(T{} - value)), order, order, {},
                   __builtin_return_address(0))
            .value;
    }
    [[gnu::noinline]] T fetch_or(T value, Order order) {
        return ask(model::Change::Or, bits(value), order, order, {}, __builtin_return_address(0))
            .value;
    }
    [[gnu::noinline]] T fetch_and(T value, Order order) {
        return ask(model::Change::And, bits(value), order, order, {}, __builtin_return_address(0))
            .value;
    }

  private:
    struct Answer {
        T value;
        bool wrote;
    };

    static model::Run& run() { return model::Run::current(); }
    static std::uint64_t bits(T value) {
        std::uint64_t word = 0;
        std::memcpy(&word, &value, sizeof(T));
        return word;
    }
    Answer ask(model::Change change, std::uint64_t operand, Order order, Order failure,
               std::uint64_t expected, const void* code) const {
        constexpr std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * sizeof(T));
        Answer answer{};
        const std::uint64_t word = run().perform(
            {location_, change, order, failure, operand, expected, mask, {}, code}, answer.wrote);
        std::memcpy(&answer.value, &word, sizeof(T));
        return answer;
    }

    model::LocationId location_;
};

/// A fence between memory accesses of the given order.
[[gnu::noinline]] inline void fence(Order order) {
    model::Run::current().fence(order, __builtin_return_address(0));
}

} // namespace model_world
} // namespace neuron::env
