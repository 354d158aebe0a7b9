// SPDX-License-Identifier: MIT
// Kernel world: a plain object, for core::Plain only. INV-ENV-1.
#pragma once

#include <utility>

namespace neuron::env {
inline namespace kernel_world {

template <class T>
class PlainCell {
  public:
    constexpr PlainCell() = default;
    constexpr explicit PlainCell(T value) : value_(std::move(value)) {}

    [[nodiscard]] T read() const { return value_; }
    void write(T value) { value_ = std::move(value); }
    [[nodiscard]] T take() { return std::move(value_); }
    template <class Use>
    void consume(Use& use) {
        use(std::move(value_));
    }

  private:
    T value_{};
};

} // namespace kernel_world
} // namespace neuron::env
