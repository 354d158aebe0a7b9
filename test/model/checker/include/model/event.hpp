// SPDX-License-Identifier: MIT
// The nodes of an execution graph.
#pragma once

#include <atomic>
#include <model/clock.hpp>

namespace model {

using Order = std::memory_order;
using EventId = std::int16_t;
using LocationId = std::int16_t;
inline constexpr std::int16_t none = -1;

constexpr bool acquires(Order order) {
    return order == Order::acquire || order == Order::acq_rel || order == Order::seq_cst;
}
constexpr bool releases(Order order) {
    return order == Order::release || order == Order::acq_rel || order == Order::seq_cst;
}

enum class Kind : std::uint8_t {
    Read,
    Write,
    Update, ///< a read-modify-write that wrote
    Fence,
};

/// What a thread has seen and what others may see of it.
struct View {
    Index count = 0;  ///< events so far
    Clock happened;   ///< happened before (hb)
    Clock caused;     ///< reaches this by program order and reads-from (porf)
    Clock acquirable; ///< what an acquire fence would add: released by writes read so far
    Clock released;   ///< what a relaxed write passes on: the view at the last release fence
};

struct Event {
    ThreadId thread = 0;
    Kind kind = Kind::Fence;
    Order order = Order::relaxed;
    bool is_initial = false;
    Index index = 0;
    LocationId location = none;
    EventId reads_from = none;
    EventId updated_by = none;   ///< the update that reads this write, if one does
    std::int16_t place = 0;      ///< of a write in its location's modification order
    std::int16_t choice = none;  ///< of a read: where it was chosen on the tape
    std::int16_t seq_cst = none; ///< its number among the seq_cst events
    std::uint64_t value = 0;     ///< written
    std::uint64_t read_value = 0;
    const void* code = nullptr; ///< where it was called from
    Clock happened;
    Clock caused;
    Clock passes_on; ///< of a write: what a reader acquires

    [[nodiscard]] bool is_write() const { return kind == Kind::Write || kind == Kind::Update; }
};

/// Whether `event` has happened before whoever has this clock.
inline bool is_before(const Event& event, const Clock& clock) {
    return clock.covers(event.thread, event.index);
}

} // namespace model
