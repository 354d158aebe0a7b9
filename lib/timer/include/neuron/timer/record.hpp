// SPDX-License-Identifier: MIT
// What a CPU knows of its own timers. Owner only: nothing here is seen by another CPU.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/time.hpp>
#include <neuron/core/witness.hpp>
#include <neuron/core/work.hpp>
#include <neuron/timer/deadlines.hpp>

namespace neuron::timer {

/// The name of a timer: a place on a CPU, and which of the timers that had this place. A name alone
/// gives no right.
struct TimerId {
    core::CpuId cpu{};
    std::uint32_t index = 0;
    std::uint32_t generation = 0; ///< from 1 on
    friend constexpr bool operator==(const TimerId&, const TimerId&) = default;
};

/// What a callback is told.
struct Firing {
    TimerId timer;
    core::Instant deadline;   ///< which it was armed for; not further back than one may lie ahead
    std::uint64_t missed = 0; ///< further periods that have passed since
};

/// What a timer runs: function(System&, IrqContext&, const Firing&, args...), of 16 bytes.
using Callback = core::Work<16, void*, core::IrqContext&, const Firing&>;

/// A cache line.
struct alignas(64) Record {
    Callback callback;
    core::Instant deadline;
    core::Nanoseconds period{0}; ///< 0: it fires once
    std::uint64_t window = 0;    ///< in ticks
    std::uint32_t account = 0;   ///< of its owner; of a free place: the next one, from 1 on
    bool again = false;          ///< its own callback has armed it anew
};

/// The timers of one CPU. All zeros is a CPU without any.
template <std::size_t Capacity, bool Coalescing>
struct OwnTimers {
    Deadlines<Capacity, Coalescing> deadlines;
    std::array<Record, Capacity> records{};
    std::uint64_t last_interrupt = 0; ///< when timers last fired, in ticks; 0: some are left
    std::uint64_t last_armed = 0;     ///< and how many timers had been armed until then
    std::uint64_t set_for = 0;        ///< what the hardware waits for; 0: nobody has set it
    bool is_firing = false;           ///< callbacks run; the hardware is set when they are done

    /// A free place; none if all are taken.
    [[nodiscard]] std::optional<std::uint32_t> take_place() {
        if (first_free_ != 0) {
            const std::uint32_t place = first_free_ - 1;
            first_free_ = records[place].account;
            return place;
        }
        if (fresh_ == Capacity)
            return {};
        return fresh_++;
    }
    /// The timer is not among the deadlines.
    void give_back(std::uint32_t place) {
        records[place].account = first_free_;
        first_free_ = place + 1;
    }

  private:
    std::uint32_t first_free_ = 0; ///< from 1 on
    std::uint32_t fresh_ = 0;      ///< places from here on were never taken
};

} // namespace neuron::timer
