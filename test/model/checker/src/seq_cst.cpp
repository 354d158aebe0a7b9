// SPDX-License-Identifier: MIT
#include <bit>
#include <cstdlib>
#include <limits>
#include <model/seq_cst.hpp>

namespace model {
namespace {

bool happens_before(const Event& a, const Event& b) {
    return &a != &b && is_before(a, b.happened);
}
bool is_fence(const Event& event) {
    return event.kind == Kind::Fence;
}

/// The event right before (step -1) or behind (step 1) this one in its thread; with `elsewhere`,
/// the nearest at another location. Nothing if there is none.
const Event* neighbour(const Graph& graph, const Event& event, int step, bool elsewhere) {
    const auto& own = graph.of_thread(event.thread);
    std::size_t at = 0;
    while (&graph.event(own[at]) != &event)
        ++at;
    for (;;) {
        at += static_cast<std::size_t>(step); // below 0 it wraps, past the end
        if (at >= own.size())
            return nullptr;
        const Event& found = graph.event(own[at]);
        if (!elsewhere || found.location != event.location || is_fence(found))
            return &found;
    }
}

bool before_or_same(const Event* a, const Event* b) {
    return a != nullptr && b != nullptr && (a == b || happens_before(*a, *b));
}

/// Some event at `location` lies between the two by hb.
bool meets_at(const Graph& graph, const Event& a, const Event& b, LocationId location) {
    const auto between = [&](EventId id) {
        return happens_before(a, graph.event(id)) && happens_before(graph.event(id), b);
    };
    const Location& where = graph.location(location);
    return std::ranges::any_of(where.order, between) || std::ranges::any_of(where.reads, between);
}

/// An edge of psc from a to b, b the newer one, by hb alone.
bool edge_by_happening(const Graph& graph, const Event& a, const Event& b) {
    if (a.thread == b.thread)
        return true; // sb
    if (is_fence(a) && is_fence(b))
        return happens_before(a, b); // psc_F
    if (is_fence(a))                 // hb? ; sb, or hb ; hb at b's location
        return before_or_same(&a, neighbour(graph, b, -1, false)) ||
               meets_at(graph, a, b, b.location);
    if (is_fence(b)) // sb ; hb?, or hb at a's location ; hb
        return before_or_same(neighbour(graph, a, 1, false), &b) ||
               meets_at(graph, a, b, a.location);
    const Event* const out = neighbour(graph, a, 1, true);
    const Event* const in = neighbour(graph, b, -1, true);
    return (a.location == b.location && happens_before(a, b)) ||
           (out != nullptr && in != nullptr && happens_before(*out, *in));
}

constexpr int nowhere = std::numeric_limits<int>::max();

/// How one seq_cst event touches one location. Of an access: itself; of a fence: what hb ties to
/// it.
struct Reach {
    int from_any = nowhere;   ///< lowest place from which mo or fr go on
    int from_write = nowhere; ///< the same, of writes: rf goes on from there too
    int to_write = -1;        ///< highest place of a write that is reached
    int to_read = -1;         ///< highest place that a read which is reached reads from
};

void leaves(Reach& reach, const Graph& graph, const Event& event) {
    const int place = event.is_write() ? event.place : graph.event(event.reads_from).place;
    reach.from_any = std::min(reach.from_any, place);
    if (event.is_write())
        reach.from_write = std::min(reach.from_write, place);
}

void arrives(Reach& reach, const Graph& graph, const Event& event) {
    if (event.is_write())
        reach.to_write = std::max<int>(reach.to_write, event.place);
    else
        reach.to_read = std::max<int>(reach.to_read, graph.event(event.reads_from).place);
}

Reach reach_of(const Graph& graph, const Event& event, LocationId location) {
    Reach reach;
    if (!is_fence(event)) {
        if (event.location == location) {
            leaves(reach, graph, event);
            arrives(reach, graph, event);
        }
        return reach;
    }
    const auto tie = [&](EventId id) {
        const Event& other = graph.event(id);
        if (happens_before(event, other))
            leaves(reach, graph, other);
        else if (happens_before(other, event))
            arrives(reach, graph, other);
    };
    for (const EventId id : graph.location(location).order)
        tie(id);
    for (const EventId id : graph.location(location).reads)
        if (!graph.event(id).is_write())
            tie(id);
    return reach;
}

/// An edge by mo or fr, or between fences by eco.
bool edge_at(const Reach& a, const Reach& b, bool both_fences) {
    if (a.from_any < b.to_write)
        return true;
    return both_fences && (a.from_any < b.to_read || a.from_write <= b.to_read);
}

} // namespace

void SeqCst::clear() {
    count_ = 0;
}

void SeqCst::add(const Graph& graph) {
    if (count_ == most)
        std::abort(); // the run has counted them before
    const auto& events = graph.seq_cst();
    const Event& added = graph.event(events[count_]);
    by_happening_[count_] = 0;
    for (unsigned i = 0; i < count_; ++i)
        if (edge_by_happening(graph, graph.event(events[i]), added))
            by_happening_[i] |= Set{1} << count_;
    ++count_;
}

bool SeqCst::is_consistent(const Graph& graph) const {
    if (count_ < 2)
        return true;
    std::array<Set, most> edges = by_happening_;
    std::array<Reach, most> reach;
    Set fences = 0;
    for (unsigned i = 0; i < count_; ++i)
        fences |= Set{is_fence(graph.event(graph.seq_cst()[i]))} << i;
    for (LocationId location = 0; location < graph.locations(); ++location) {
        Set leaving = 0;
        Set arriving = 0;
        for (unsigned i = 0; i < count_; ++i) {
            reach[i] = reach_of(graph, graph.event(graph.seq_cst()[i]), location);
            leaving |= Set{reach[i].from_any != nowhere} << i;
            arriving |= Set{reach[i].to_write >= 0 || reach[i].to_read >= 0} << i;
        }
        for (Set rest = leaving; rest != 0; rest &= rest - 1) {
            const auto a = static_cast<unsigned>(std::countr_zero(rest));
            for (Set others = arriving & ~(Set{1} << a); others != 0; others &= others - 1) {
                const auto b = static_cast<unsigned>(std::countr_zero(others));
                const bool both = (fences >> a & fences >> b & 1) != 0;
                edges[a] |= Set{edge_at(reach[a], reach[b], both)} << b;
            }
        }
    }
    // Acyclic if events without a way in can be taken away until none is left.
    Set left = count_ == most ? ~Set{0} : (Set{1} << count_) - 1;
    while (left != 0) {
        Set entered = 0;
        for (Set rest = left; rest != 0; rest &= rest - 1)
            entered |= edges[static_cast<unsigned>(std::countr_zero(rest))];
        const Set free = left & ~entered;
        if (free == 0)
            return false;
        left &= ~free;
    }
    return true;
}

} // namespace model
