// SPDX-License-Identifier: MIT
// What a thread asks of a location: a load or a read-modify-write that waits to be told which write
// it reads from.
#pragma once

#include <model/event.hpp>
#include <optional>

namespace model {

enum class Change : std::uint8_t { None, Exchange, Add, And, Or, CompareExchange };

/// A condition on the value that may be read.
struct Filter {
    bool (*accepts)(const void* object, std::uint64_t value) = nullptr;
    const void* object = nullptr;
};

struct Operation {
    LocationId location = none;
    Change change = Change::None;
    Order order = Order::relaxed;
    Order failure = Order::relaxed; ///< of a compare-exchange that does not write
    std::uint64_t operand = 0;
    std::uint64_t expected = 0;
    std::uint64_t mask = ~std::uint64_t{0}; ///< of the value's bytes
    Filter filter;
    const void* code = nullptr;

    /// The value that is written if this one is read; nothing if none is.
    [[nodiscard]] std::optional<std::uint64_t> written(std::uint64_t read) const {
        switch (change) {
        case Change::None:
            return {};
        case Change::Exchange:
            return operand;
        case Change::Add:
            return (read + operand) & mask;
        case Change::And:
            return read & operand;
        case Change::Or:
            return read | operand;
        case Change::CompareExchange:
            return read == expected ? std::optional(operand) : std::nullopt;
        }
        return {};
    }
    [[nodiscard]] bool accepts(std::uint64_t value) const {
        return filter.accepts == nullptr || filter.accepts(filter.object, value);
    }
};

} // namespace model
