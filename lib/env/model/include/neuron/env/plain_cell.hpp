// SPDX-License-Identifier: MIT
// Model world: a plain object whose races are found, for core::Plain only. INV-ENV-1.
#pragma once

#include <model/plain.hpp>
#include <utility>

namespace neuron::env {
inline namespace model_world {

template <class T>
class PlainCell {
  public:
    PlainCell() = default;
    explicit PlainCell(T value) : value_(std::move(value)) {}
    ~PlainCell() { accesses_.end(); }
    PlainCell(const PlainCell&) = delete;
    PlainCell& operator=(const PlainCell&) = delete;

    [[nodiscard]] T read() const {
        accesses_.read();
        return value_;
    }
    void write(T value) {
        accesses_.write();
        value_ = std::move(value);
    }
    [[nodiscard]] T take() {
        accesses_.write();
        return std::move(value_);
    }
    template <class Use>
    void consume(Use& use) {
        accesses_.write();
        use(std::move(value_));
        accesses_.write(); // all that time
    }

  private:
    T value_{};
    // SAFETY: notes of the checker, which runs one thread at a time.
    mutable model::PlainAccesses accesses_;
};

} // namespace model_world
} // namespace neuron::env
