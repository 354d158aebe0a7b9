// SPDX-License-Identifier: MIT
// A failing execution as text: what an engineer needs to see it happen.
#include <cstdio>
#include <cstring>
#include <map>
#include <model/model.hpp>
#include <sstream>
#include <unistd.h>

namespace model {
namespace {

const char* short_name(Order order) {
    switch (order) {
    case Order::relaxed:
        return "rlx";
    case Order::acquire:
        return "acq";
    case Order::release:
        return "rel";
    case Order::acq_rel:
        return "acq_rel";
    default:
        return "sc";
    }
}

std::string location_name(const Graph& graph, LocationId id) {
    const char* name = graph.location(id).name;
    return name != nullptr ? name : "x" + std::to_string(id);
}

/// `load.acq x1 = 0 (#3 STALE)`; stale: a newer write was there.
std::string describe(const Graph& graph, EventId id) {
    const Event& event = graph.event(id);
    std::ostringstream text;
    if (event.kind == Kind::Fence) {
        text << "fence." << short_name(event.order);
        return text.str();
    }
    const std::string where = location_name(graph, event.location);
    const auto source = [&] {
        text << " (#" << event.reads_from;
        if (event.kind == Kind::Read && event.reads_from < id && !graph.is_newest(event.reads_from))
            text << " STALE";
        text << ')';
    };
    switch (event.kind) {
    case Kind::Read:
        text << "load." << short_name(event.order) << ' ' << where << " = " << event.read_value;
        source();
        break;
    case Kind::Write:
        text << (event.is_initial ? "init" : "store.")
             << (event.is_initial ? "" : short_name(event.order)) << ' ' << where
             << " := " << event.value;
        break;
    default:
        text << "rmw." << short_name(event.order) << ' ' << where << ' ' << event.read_value
             << " -> " << event.value;
        source();
        break;
    }
    return text.str();
}

} // namespace

std::string place_of(const void* code) {
    static std::map<const void*, std::string> known;
    if (const auto before = known.find(code); before != known.end())
        return before->second;
    // The call is before the address that it returns to.
    char command[256];
    std::snprintf(command, sizeof(command), "addr2line -s -i -e /proc/%d/exe %p 2>/dev/null",
                  getpid(), static_cast<const void*>(static_cast<const char*>(code) - 1));
    // Innermost first: the first that is not the vocabulary itself.
    std::string place;
    if (FILE* const in = popen(command, "r")) {
        char line[256];
        while (std::fgets(line, sizeof(line), in) != nullptr) {
            std::string found(line, std::strcspn(line, " \n"));
            const bool inner = found.starts_with("atomic.hpp") || found.starts_with("cell.hpp");
            if (found[0] != '?' && (place.empty() || !inner)) {
                place = found;
                if (!inner)
                    break;
            }
        }
        pclose(in);
    }
    return known[code] = place;
}

std::string trace_of(const Run& run) {
    const Graph& graph = run.graph();
    constexpr std::size_t width = 34;
    std::ostringstream text;
    text << "  event ";
    for (unsigned thread = 0; thread < run.threads(); ++thread) {
        const std::string head = "thread " + std::to_string(thread);
        text << head << std::string(width - head.size(), ' ');
    }
    text << '\n';
    for (EventId id = 0; id < graph.size(); ++id) {
        const Event& event = graph.event(id);
        const std::string what = describe(graph, id);
        const std::string number = "#" + std::to_string(id);
        text << "  " << number << std::string(number.size() < 6 ? 6 - number.size() : 1, ' ')
             << std::string(width * event.thread, ' ') << what;
        const std::string place = place_of(event.code);
        if (!place.empty()) {
            const std::size_t used = width * event.thread + what.size();
            const std::size_t wanted = width * run.threads();
            text << std::string(used < wanted ? wanted - used : 1, ' ') << ' ' << place;
        }
        text << '\n';
    }
    return text.str();
}

void lint(const Run& run, std::set<Pair>& found) {
    const Graph& graph = run.graph();
    for (unsigned thread = 0; thread < run.threads(); ++thread) {
        const auto& own = graph.of_thread(static_cast<ThreadId>(thread));
        for (std::size_t i = 0; i < own.size(); ++i) {
            const Event& load = graph.event(own[i]);
            if (load.kind != Kind::Read || load.order != Order::relaxed)
                continue;
            for (std::size_t j = i + 1; j < own.size(); ++j) {
                const Event& write = graph.event(own[j]);
                if (write.kind == Kind::Fence)
                    break; // ordered
                if (!write.is_write() || releases(write.order) || write.location == load.location)
                    continue;
                // Does anybody, because of this write, write what the load could have seen?
                const auto& order = graph.location(load.location).order;
                if (std::ranges::any_of(order, [&](EventId id) {
                        const Event& other = graph.event(id);
                        return other.thread != thread && is_before(write, other.caused);
                    }))
                    found.emplace(load.code, write.code);
            }
        }
    }
}

void name(const void* object, const char* text) {
    Run::current().name(object, text);
}

} // namespace model
