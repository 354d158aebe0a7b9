// SPDX-License-Identifier: MIT
// The causal chain: what each CPU did with each message, in the order in which it did it. A checker
// outside ties every acknowledgement to its request. Events of different CPUs are ordered by their
// messages, never by clocks. Only images that are to prove this have one (CONFIG_IPI_TRACE_EVENTS);
// in the others a Trace is empty and its functions do nothing.
//
// A message is known by its sender, its receiver and its sequence: how many messages that sender
// has posted to that receiver, this one included.
#pragma once

#include <neuron/core/ids.hpp>

#include <array>
#include <cstdint>

namespace neuron::ipi {

/// What happened. The numbers are read by tools/causal.py.
enum class Step : std::uint16_t {
    Request = 1,    ///< a message is about to be published; peer: receiver
    Rung = 2,       ///< it is announced, and its receiver's doorbell rang
    Merged = 3,     ///< it is announced; another one's doorbell takes it along
    Polled = 4,     ///< it is announced; the receiver looks by itself
    RingFailed = 5, ///< it is announced, and the doorbell failed
    Retried = 6,    ///< a doorbell that had failed rang; peer: whose
    Trap = 7,       ///< a software interrupt came
    Acknowledge = 8 ///< a message was handled; peer: sender
};

struct Event {
    Step step;
    std::uint16_t kind; ///< in the list of the image's kinds
    std::uint32_t peer;
    std::uint64_t sequence;
};

/// Of one CPU, for itself; read by others once it has stopped. An event that finds no room is
/// counted.
template <std::uint32_t Capacity>
class Trace {
  public:
    /// What a message in a ring carries of it.
    struct Stamp {
        std::uint64_t sequence = 0;
    };

    void note(Step step, std::uint32_t kind, core::CpuId peer, std::uint64_t sequence) {
        if (count_ < Capacity)
            events_[count_] = {step, static_cast<std::uint16_t>(kind), peer.value, sequence};
        ++count_;
    }

    /// How many there were; those beyond Capacity are lost.
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] const Event* events() const { return events_.data(); }

  private:
    std::uint64_t count_ = 0;
    std::array<Event, Capacity> events_{};
};

template <>
class Trace<0> {
  public:
    struct Stamp {
        Stamp() = default;
        explicit Stamp(std::uint64_t) {}
        static constexpr std::uint64_t sequence = 0;
    };
    void note(Step, std::uint32_t, core::CpuId, std::uint64_t) {}
};

} // namespace neuron::ipi
