// SPDX-License-Identifier: MIT
// Small programs as data: threads of operations on a few locations, which all start at 0. In text,
// one a line: threads apart by `|`, an operation is KIND LOCATION VALUE ORDER FAILORDER as five
// characters: W store, R load, A fetch_add, C compare-exchange from VALUE to VALUE + 1, F fence;
// ORDER 0 relaxed 1 acquire 2 release 3 acq_rel 4 seq_cst.
#pragma once

#include <neuron/core/atomic.hpp>

#include <array>
#include <memory>
#include <model/model.hpp>
#include <string>
#include <vector>

namespace suite {

using neuron::core::Atomic;
using neuron::core::Order;

struct Operation {
    char kind;
    unsigned location;
    unsigned value;
    Order order;
    Order failure;
};
using Program = std::vector<std::vector<Operation>>;

inline Order order_of(char digit) {
    constexpr std::array orders = {Order::relaxed, Order::acquire, Order::release, Order::acq_rel,
                                   Order::seq_cst};
    return orders.at(static_cast<std::size_t>(digit - '0'));
}

inline Program parse(const std::string& text) {
    Program program(1);
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '|')
            program.emplace_back();
        if (text[at] == ' ' || text[at] == '|') {
            ++at;
            continue;
        }
        program.back().push_back({text[at], static_cast<unsigned>(text[at + 1] - '0'),
                                  static_cast<unsigned>(text[at + 2] - '0'), order_of(text[at + 3]),
                                  order_of(text[at + 4])});
        at += 5;
    }
    return program;
}

inline void perform(const Operation& operation, std::array<Atomic<unsigned>, 3>& locations) {
    Atomic<unsigned>& where = locations.at(operation.location);
    unsigned expected = operation.value;
    switch (operation.kind) {
    case 'W':
        return where.store(operation.value, operation.order);
    case 'R':
        return (void)where.load(operation.order);
    case 'A':
        return (void)where.fetch_add(operation.value, operation.order);
    case 'C':
        return (void)where.compare_exchange(expected, operation.value + 1, operation.order,
                                            operation.failure);
    default:
        return neuron::core::fence(operation.order);
    }
}

/// What a model test of the program runs.
inline void run(const Program& program) {
    std::array<Atomic<unsigned>, 3> locations;
    std::vector<std::unique_ptr<model::Thread>> threads;
    for (const auto& operations : program)
        threads.push_back(std::make_unique<model::Thread>([&locations, &operations] {
            for (const Operation& operation : operations)
                perform(operation, locations);
        }));
    for (const auto& thread : threads)
        thread->join();
}

} // namespace suite
