// SPDX-License-Identifier: MIT
// A slot that several CPUs use one after the other, in an order that an Atomic beside it makes. It
// is no more than its value; that it is spelled lets a checker see each access.
#pragma once

#include <neuron/env/plain_cell.hpp>

#include <concepts>
#include <utility>

namespace neuron::core {

/// Not atomic: two CPUs at once are a race. Whoever uses it says which Atomic orders the accesses.
/// Its cell stands in its type, as an Atomic's does.
template <class T, class Cell = env::PlainCell<T>>
class Plain {
  public:
    constexpr Plain() = default;
    constexpr explicit Plain(T value) : cell_(std::move(value)) {}
    Plain(const Plain&) = delete;
    Plain& operator=(const Plain&) = delete;

    /// A copy: a reference would be read later, where no checker sees it.
    [[nodiscard]] T read() const
        requires std::copy_constructible<T>
    {
        return cell_.read();
    }
    void write(T value) { cell_.write(std::move(value)); }
    /// Moves the value out; what is left is a moved-from T.
    [[nodiscard]] T take() { return cell_.take(); }
    /// Runs use(T&&) on the value in its place, which is read and moved from until that returns.
    template <class Use>
    void consume(Use& use) {
        cell_.consume(use);
    }

  private:
    Cell cell_{};
};

} // namespace neuron::core
