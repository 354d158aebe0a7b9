// SPDX-License-Identifier: MIT
// The slots of one CPU for one class: whether the CPU is open and how many slots are out, in one
// word, so that one compare-exchange decides by both.
//
//   any CPU                                        who takes the CPU down
//   try_take()    open, n -> n + 1    (acquire)
//   ... places a task, which keeps the slot ...
//                                                  close()       open -> closed
//   try_take()    closed: InvalidCpu               ... moves the tasks that the CPU has ...
//   give_back()   n -> n - 1  (release) -------->  taken() == 0  (acquire)
//                                                  nobody is on the CPU, nor on the way to it
#pragma once

#include <neuron/core/send.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace neuron::percpu_runqueue {

/// Why there is no slot.
enum class Reason : std::uint32_t {
    QueueFull,  ///< every slot of this CPU and class is out
    InvalidCpu, ///< there is no such CPU, or it takes no tasks now
};

constexpr std::string_view to_string(Reason reason) {
    return reason == Reason::QueueFull ? "QueueFull" : "InvalidCpu";
}
constexpr std::string_view format_value(Reason reason) {
    return to_string(reason);
}

/// Closed at first. Every CPU and every context, but for open() and close(): one of them at a time.
class SlotCount {
  public:
    static constexpr std::uint32_t most = 0x7fff'ffff;

    void open() { word_.fetch_or(is_open, core::release); } // pairs with try_take

    /// INV-RUNQUEUE-5: once this has returned no slot is taken, and taken() counts every slot that
    /// is out, those too whose owner is still on its way: from here it only falls.
    void close() {
        // Relaxed: taking is a read-modify-write of this same word. It comes before this one and is
        // counted, or after it and finds the CPU closed.
        word_.fetch_and(~is_open, core::relaxed);
    }

    /// One more slot is out, or nothing changes and the answer says why. INV-RUNQUEUE-3: at most
    /// `capacity` are out, which is 1 to most and the same in all calls. Waits for nobody: a
    /// compare-exchange fails only because another CPU took or gave back a slot of this very CPU
    /// and class (or opened or closed it) meanwhile, so each failure is another's success.
    [[nodiscard]] std::optional<Reason> try_take(std::uint32_t capacity) {
        std::uint32_t seen = word_.load(core::relaxed); // a first guess
        for (;;) {
            if ((seen & is_open) == 0)
                return Reason::InvalidCpu;
            if ((seen & most) == capacity)
                return Reason::QueueFull;
            // Acquire: pairs with open(), so all that the CPU set up before is there, and with
            // give_back(). Relaxed on failure: a refusal says nothing about other memory.
            if (word_.compare_exchange(seen, seen + 1, core::acquire, core::relaxed))
                return {};
        }
    }

    /// Once for each slot that was taken.
    void give_back() { word_.fetch_sub(1, core::release); } // pairs with taken() and try_take()

    /// How many are out; a moment old, unless the CPU is closed and this is 0.
    [[nodiscard]] std::uint32_t taken() const {
        return word_.load(core::acquire) & most; // pairs with give_back(): what came before is done
    }

    /// Whether slots are to be had at all. A moment old.
    [[nodiscard]] bool takes_tasks() const { return (word_.load(core::relaxed) & is_open) != 0; }

  private:
    static constexpr std::uint32_t is_open = ~most;
    core::Atomic<std::uint32_t> word_{0};

  public:
    using neuron_members = core::Members<SlotCount, &SlotCount::word_>;
};

} // namespace neuron::percpu_runqueue
