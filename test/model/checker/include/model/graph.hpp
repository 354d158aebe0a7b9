// SPDX-License-Identifier: MIT
// An execution graph of RC11 with C++20 release sequences, built forwards: events in program order,
// reads-from, and a total modification order for each location. Coherence holds by construction:
// only what it allows can be asked for. Sequential consistency is checked apart (seq_cst.hpp).
#pragma once

#include <model/event.hpp>
#include <string>
#include <vector>

namespace model {

struct Location {
    std::vector<EventId> order; ///< writes in modification order
    std::vector<EventId> reads; ///< loads and updates
    const char* name = nullptr;
    const void* object = nullptr;
    bool is_dead = false;
};

class Graph {
  public:
    void clear();

    [[nodiscard]] const Event& event(EventId id) const {
        return events_[static_cast<unsigned>(id)];
    }
    [[nodiscard]] Event& event(EventId id) { return events_[static_cast<unsigned>(id)]; }
    [[nodiscard]] EventId size() const { return static_cast<EventId>(events_.size()); }
    [[nodiscard]] const Location& location(LocationId id) const {
        return locations_[static_cast<unsigned>(id)];
    }
    [[nodiscard]] Location& location(LocationId id) {
        return locations_[static_cast<unsigned>(id)];
    }
    [[nodiscard]] LocationId locations() const { return static_cast<LocationId>(locations_used_); }
    /// The seq_cst events, oldest first.
    [[nodiscard]] const std::vector<EventId>& seq_cst() const { return seq_cst_; }

    /// A new location whose first write holds `value`.
    LocationId add_location(ThreadId thread, View& view, std::uint64_t value, const void* code);
    /// The place in modification order below which neither a read nor a write of this view may go:
    /// that of the latest write which it has seen, by happens-before.
    [[nodiscard]] std::int16_t lowest(LocationId location, const View& view) const;
    /// A write right after `after`, which coherence allows.
    EventId add_write(ThreadId thread, View& view, LocationId location, EventId after,
                      std::uint64_t value, Order order, const void* code);
    /// A load of what `source` wrote.
    EventId add_read(ThreadId thread, View& view, LocationId location, EventId source, Order order,
                     const void* code);
    /// A read-modify-write of what `source` wrote, which nobody updated.
    EventId add_update(ThreadId thread, View& view, LocationId location, EventId source,
                       std::uint64_t value, Order order, const void* code);
    EventId add_fence(ThreadId thread, View& view, Order order, const void* code);
    /// A step of its own, so that what follows is told from what came before (spawn, end).
    static void add_step(ThreadId thread, View& view);

    [[nodiscard]] bool is_newest(EventId write) const {
        return location(event(write).location).order.back() == write;
    }
    /// The events of one thread, in program order.
    [[nodiscard]] const std::vector<EventId>& of_thread(ThreadId thread) const {
        return threads_[thread];
    }

  private:
    EventId append(ThreadId thread, View& view, Kind kind, Order order, LocationId location,
                   const void* code);
    void read(View& view, const Event& source, Order order);
    void finish_write(Event& write, const View& view);
    void insert(LocationId location, EventId write, std::int16_t place);

    std::vector<Event> events_;
    std::vector<Location> locations_; ///< kept from run to run, for their memory
    std::size_t locations_used_ = 0;
    std::vector<EventId> seq_cst_;
    std::array<std::vector<EventId>, max_threads> threads_;
};

} // namespace model
