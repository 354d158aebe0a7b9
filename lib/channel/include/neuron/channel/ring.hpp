// SPDX-License-Identifier: MIT
// Room for some values, first in, first out. One owner: here, whoever holds the channel's lock.
#pragma once

#include <neuron/core/ring_index.hpp>
#include <neuron/core/send.hpp>

#include <utility>

namespace neuron::channel {

template <core::Send T, std::uint32_t Capacity>
class Ring {
    using Index = core::RingIndex<Capacity>;

  public:
    [[nodiscard]] bool is_empty() const { return Index::is_empty(head_, tail_); }
    /// Moves `value` in; false, and it is as it was, if there is no room.
    [[nodiscard]] bool try_push(T& value) {
        if (Index::is_full(head_, tail_))
            return false;
        values_[Index::slot(tail_++)].emplace(std::move(value));
        return true;
    }
    /// It is not empty.
    [[nodiscard]] T pop() {
        std::optional<T>& oldest = values_[Index::slot(head_++)];
        T value = std::move(*oldest);
        oldest.reset();
        return value;
    }

  private:
    std::uint32_t head_ = 0;
    std::uint32_t tail_ = 0;
    std::array<std::optional<T>, Capacity> values_{};

  public:
    using neuron_members = core::Members<Ring, &Ring::head_, &Ring::tail_, &Ring::values_>;
};

} // namespace neuron::channel
