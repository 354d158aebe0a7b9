// SPDX-License-Identifier: MIT
// How a handler hands on what it must not do itself: a queue on each CPU, filled by its handlers,
// run in order at task level of the same CPU (the idle loop, where there are no tasks). Nothing
// crosses CPUs, so there is no atomic: interrupts are masked while the queue is touched.
#pragma once

#include <neuron/core/result.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/core/work.hpp>
#include <neuron/percpu/per_cpu.hpp>

namespace neuron::defer {

enum class Error : std::uint32_t {
    QueueFull, ///< as many pieces wait as CONFIG_DEFER_CAPACITY allows
};

constexpr std::string_view to_string(Error) {
    return "the queue of deferred work is full (CONFIG_DEFER_CAPACITY)";
}

/// A piece of work: its arguments have 32 bytes together.
using Work = core::Work<32>;

/// A ring of work, oldest first. Owner only.
template <std::size_t Capacity>
class Queue {
  public:
    [[nodiscard]] bool is_empty() const { return size_ == 0; }
    /// INV-DEFER-1: at most Capacity pieces wait; one more is refused, and nothing is lost.
    [[nodiscard]] core::Result<void, Error> push(const Work& work) {
        if (size_ == Capacity)
            return std::unexpected(Error::QueueFull);
        works_[(first_ + size_++) % Capacity] = work;
        return {};
    }
    /// The oldest; the queue is not empty.
    [[nodiscard]] Work pop() {
        const Work work = works_[first_];
        first_ = (first_ + 1) % Capacity;
        --size_;
        return work;
    }

  private:
    std::array<Work, Capacity> works_{};
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

template <class Values>
struct Feature; // feature.hpp

/// From a handler: function(args...) runs later on this CPU, at task level, in the order in which
/// it was deferred. Refused if the queue is full.
template <class System, class F, class... Args>
[[nodiscard]] core::Result<void, Error> defer(core::IrqContext& irq, System& system, F function,
                                              Args... args) {
    return system.template own<Feature>(irq).queue.with(
        irq, [&](auto& queue) { return queue.push(Work::make(function, args...)); });
}

/// Runs what was deferred on this CPU until nothing is left or as many pieces have run as the queue
/// holds; true if there was any. At task level, interrupts on. INV-DEFER-2: the work runs outside
/// every handler, interrupts on.
template <class System>
bool run_deferred(System& system) {
    bool ran = false;
    for (std::size_t i = 0; i < Feature<typename System::Values>::capacity; ++i) {
        Work work;
        {
            const core::IrqOff masked;
            system.template own<Feature>(masked).queue.with(masked, [&](auto& queue) {
                if (!queue.is_empty())
                    work = queue.pop();
            });
        }
        if (work.is_empty())
            break;
        work.run();
        ran = true;
    }
    return ran;
}

} // namespace neuron::defer
