// SPDX-License-Identifier: MIT
// Waiting for a value as one event: only writes that are accepted can be read, so a wait costs no
// runs that lead nowhere. For tests that stand for a spin loop; the libraries' own is
// core::spin_until.
#pragma once

#include <model/run.hpp>

namespace model {
namespace detail {

template <class Accept>
Operation waiting(const void* word, Order order, const Accept& accept) {
    const auto accepts = [](const void* object, std::uint64_t value) {
        return static_cast<bool>((*static_cast<const Accept*>(object))(value));
    };
    return {.location = Run::current().location_at(word),
            .order = order,
            .failure = order,
            .filter = {accepts, &accept},
            .code = __builtin_return_address(0)};
}

} // namespace detail

/// The first value of the atomic `word` that is accepted.
template <class Word, class Accept>
std::uint64_t await(const Word& word, Order order, Accept accept) {
    bool wrote = false;
    return Run::current().perform(detail::waiting(&word, order, accept), wrote);
}

/// Writes `value` over the first value of the atomic `word` that is accepted, and answers that.
template <class Word, class Accept>
std::uint64_t await_exchange(Word& word, std::uint64_t value, Order order, Accept accept) {
    Operation operation = detail::waiting(&word, order, accept);
    operation.change = Change::Exchange;
    operation.operand = value;
    bool wrote = false;
    return Run::current().perform(operation, wrote);
}

} // namespace model
