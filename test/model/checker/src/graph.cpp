// SPDX-License-Identifier: MIT
#include <model/graph.hpp>

namespace model {

void Graph::clear() {
    events_.clear();
    locations_used_ = 0;
    seq_cst_.clear();
    for (auto& thread : threads_)
        thread.clear();
}

void Graph::add_step(ThreadId thread, View& view) {
    ++view.count;
    view.happened.set(thread, view.count);
    view.caused.set(thread, view.count);
}

EventId Graph::append(ThreadId thread, View& view, Kind kind, Order order, LocationId location,
                      const void* code) {
    add_step(thread, view);
    const auto id = static_cast<EventId>(events_.size());
    Event& event = events_.emplace_back();
    event.thread = thread;
    event.kind = kind;
    event.order = order;
    event.index = view.count;
    event.location = location;
    event.code = code;
    threads_[thread].push_back(id);
    if (order == Order::seq_cst) {
        event.seq_cst = static_cast<std::int16_t>(seq_cst_.size());
        seq_cst_.push_back(id);
    }
    return id;
}

LocationId Graph::add_location(ThreadId thread, View& view, std::uint64_t value, const void* code) {
    if (locations_used_ == locations_.size())
        locations_.emplace_back();
    Location& location = locations_[locations_used_];
    location.order.clear();
    location.reads.clear();
    location.name = nullptr;
    location.object = nullptr;
    location.is_dead = false;
    const auto id = static_cast<LocationId>(locations_used_++);
    const EventId first = append(thread, view, Kind::Write, Order::relaxed, id, code);
    Event& initial = event(first);
    initial.is_initial = true;
    initial.value = value;
    initial.happened = view.happened;
    initial.caused = view.caused;
    initial.passes_on = view.happened; // whoever can name the location knows who made it
    location.order.push_back(first);
    return id;
}

std::int16_t Graph::lowest(LocationId id, const View& view) const {
    const Location& where = location(id);
    std::int16_t low = 0;
    for (auto place = static_cast<std::int16_t>(where.order.size() - 1); place > 0; --place)
        if (is_before(event(where.order[static_cast<unsigned>(place)]), view.happened)) {
            low = place;
            break;
        }
    for (const EventId read : where.reads)
        if (is_before(event(read), view.happened))
            low = std::max(low, event(event(read).reads_from).place);
    return low;
}

void Graph::insert(LocationId id, EventId write, std::int16_t place) {
    auto& order = location(id).order;
    order.insert(order.begin() + place, write);
    for (auto at = static_cast<std::size_t>(place); at < order.size(); ++at)
        event(order[at]).place = static_cast<std::int16_t>(at);
}

void Graph::finish_write(Event& write, const View& view) {
    write.happened = view.happened;
    write.caused = view.caused;
    write.passes_on = releases(write.order) ? view.happened : view.released;
}

EventId Graph::add_write(ThreadId thread, View& view, LocationId location, EventId after,
                         std::uint64_t value, Order order, const void* code) {
    const EventId id = append(thread, view, Kind::Write, order, location, code);
    event(id).value = value;
    finish_write(event(id), view);
    insert(location, id, static_cast<std::int16_t>(event(after).place + 1));
    return id;
}

void Graph::read(View& view, const Event& source, Order order) {
    view.caused.join(source.caused);
    view.acquirable.join(source.passes_on);
    if (acquires(order))
        view.happened.join(source.passes_on);
}

EventId Graph::add_read(ThreadId thread, View& view, LocationId id, EventId source, Order order,
                        const void* code) {
    read(view, event(source), order);
    const EventId made = append(thread, view, Kind::Read, order, id, code);
    Event& load = event(made);
    load.reads_from = source;
    load.read_value = event(source).value;
    load.happened = view.happened;
    load.caused = view.caused;
    location(id).reads.push_back(made);
    return made;
}

EventId Graph::add_update(ThreadId thread, View& view, LocationId id, EventId source,
                          std::uint64_t value, Order order, const void* code) {
    read(view, event(source), order);
    const EventId made = append(thread, view, Kind::Update, order, id, code);
    Event& update = event(made);
    update.reads_from = source;
    update.read_value = event(source).value;
    update.value = value;
    finish_write(update, view);
    update.passes_on.join(event(source).passes_on); // C++20: an update carries the sequence on
    event(source).updated_by = made;
    location(id).reads.push_back(made);
    insert(id, made, static_cast<std::int16_t>(event(source).place + 1));
    return made;
}

EventId Graph::add_fence(ThreadId thread, View& view, Order order, const void* code) {
    if (acquires(order))
        view.happened.join(view.acquirable);
    const EventId id = append(thread, view, Kind::Fence, order, none, code);
    event(id).happened = view.happened;
    event(id).caused = view.caused;
    if (releases(order))
        view.released = view.happened;
    return id;
}

} // namespace model
