// SPDX-License-Identifier: MIT
// How many interrupts the same timers take by different policies. Time stands still while timers
// fire. Printed for `make timer-table`.
#include <neuron/timer/deadlines.hpp>

#include <cstdio>
#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using Time = std::uint64_t; ///< microseconds
constexpr std::uint32_t most = 4096;

struct Timer {
    Time deadline, window;
    Time period = 0; ///< it comes again so much later
};

/// As lib/timer does it.
class Ours {
  public:
    void insert(std::uint32_t name, const Timer& timer) {
        deadlines_->insert(name, timer.deadline, timer.window);
    }
    void remove(std::uint32_t name) { deadlines_->remove(name); }
    [[nodiscard]] Time next() const { return deadlines_->next_interrupt(); }
    [[nodiscard]] std::optional<std::uint32_t> due(Time now) const {
        return deadlines_->first_due(now);
    }

  private:
    using Queue = neuron::timer::Deadlines<most, true>;
    std::unique_ptr<Queue> deadlines_ = std::make_unique<Queue>();
};

/// In the order of a key for each timer, and the first of them decides.
class InOrder {
  public:
    void insert(std::uint32_t name, const Timer& timer) {
        timers_[name] = timer;
        order_.emplace(key(timer), name);
    }
    void remove(std::uint32_t name) { order_.erase({key(timers_.at(name)), name}); }
    [[nodiscard]] Time next() const { return order_.empty() ? ~Time{0} : order_.begin()->first; }
    [[nodiscard]] std::optional<std::uint32_t> due(Time now) const {
        if (order_.empty() || !may_fire(timers_.at(order_.begin()->second), now))
            return {};
        return order_.begin()->second;
    }
    virtual ~InOrder() = default;

  protected:
    [[nodiscard]] virtual Time key(const Timer& timer) const = 0;
    [[nodiscard]] virtual bool may_fire(const Timer& timer, Time now) const {
        return key(timer) <= now;
    }

  private:
    std::map<std::uint32_t, Timer> timers_;
    std::set<std::pair<Time, std::uint32_t>> order_;
};

/// Linux's hrtimers (kernel/time/hrtimer.c): in the order of the latest times, until one is met
/// whose deadline has not come. Those behind it wait, due or not: for the interrupt of that one,
/// which comes before theirs, unless it is cancelled.
struct Hrtimer : InOrder {
    [[nodiscard]] Time key(const Timer& timer) const override {
        return timer.deadline + timer.window;
    }
    [[nodiscard]] bool may_fire(const Timer& timer, Time now) const override {
        return timer.deadline <= now;
    }
};

/// Each deadline is rounded up to a multiple of its window.
struct Rounding : InOrder {
    [[nodiscard]] Time key(const Timer& timer) const override {
        return timer.window == 0
                   ? timer.deadline
                   : (timer.deadline + timer.window - 1) / timer.window * timer.window;
    }
};

/// Each at its deadline.
struct Exact : InOrder {
    [[nodiscard]] Time key(const Timer& timer) const override { return timer.deadline; }
};

/// Something that happens to a timer from outside.
struct Event {
    Time time;
    std::uint32_t name;
    std::optional<Timer> armed; ///< nothing: it is cancelled, unless it has fired
};

template <class Policy>
unsigned interrupts(const std::vector<Event>& events, Time end) {
    Policy policy;
    std::map<std::uint32_t, Timer> waiting;
    unsigned count = 0;
    std::size_t next_event = 0;
    for (;;) {
        const Time event = next_event < events.size() ? events[next_event].time : ~Time{0};
        const Time now = std::min(event, policy.next());
        if (now > end)
            return count;
        if (event == now) {
            const Event& each = events[next_event++];
            if (waiting.erase(each.name) != 0)
                policy.remove(each.name);
            if (each.armed) {
                policy.insert(each.name, *each.armed);
                waiting[each.name] = *each.armed;
            }
            continue;
        }
        ++count;
        while (const auto due = policy.due(now)) {
            Timer timer = waiting.at(*due);
            policy.remove(*due);
            waiting.erase(*due);
            if (timer.period == 0)
                continue;
            timer.deadline += timer.period * ((now - timer.deadline) / timer.period + 1);
            policy.insert(*due, timer);
            waiting[*due] = timer;
        }
    }
}

/// A window by class, as the default configuration has them: a tenth PerfBurst, three tenths
/// Interactive, four Normal, two Idle.
Time any_window(std::mt19937& random) {
    const auto tenth = random() % 10;
    return tenth < 1 ? 0 : tenth < 4 ? 1000 : tenth < 8 ? 4000 : 8000;
}

constexpr Time length = 10'000'000;

/// Timers that are armed all the time, every so many microseconds on average, up to 50 ms ahead;
/// of a hundred so many are cancelled on the way.
std::vector<Event> one_shots(std::uint32_t every, std::uint32_t cancelled) {
    std::mt19937 random(1);
    std::multimap<Time, Event> events;
    std::uint32_t name = 0;
    for (Time now = 0; now < length; now += random() % (2 * every) + 1, name = (name + 1) % most) {
        const Timer timer{now + random() % 50'000, any_window(random)};
        events.emplace(now, Event{now, name, timer});
        if (random() % 100 < cancelled) {
            const Time then = now + random() % std::max<Time>(timer.deadline - now, 1);
            events.emplace(then, Event{then, name, {}});
        }
    }
    std::vector<Event> sorted;
    for (const auto& [time, event] : events)
        sorted.push_back(event);
    return sorted;
}

/// So many timers with periods of 10 ms to 1 s.
std::vector<Event> periodic(std::uint32_t count) {
    std::mt19937 random(2);
    std::vector<Event> events;
    for (std::uint32_t name = 0; name < count; ++name) {
        const Time period = 10'000 + random() % 990'000;
        events.push_back({0, name, Timer{random() % period, any_window(random), period}});
    }
    return events;
}

struct Row {
    const char* trace;
    unsigned ours, hrtimer, rounding, exact;
};

void holds(const Row& row, const std::vector<Event>& events) {
    const unsigned ours = interrupts<Ours>(events, length);
    const unsigned hrtimer = interrupts<Hrtimer>(events, length);
    const unsigned rounding = interrupts<Rounding>(events, length);
    const unsigned exact = interrupts<Exact>(events, length);
    INFO(row.trace);
    CHECK(ours == row.ours);
    CHECK(hrtimer == row.hrtimer);
    CHECK(rounding == row.rounding);
    CHECK(exact == row.exact);
    std::printf("COALESCING: %s | %u | %u | %u | %u | %.0f %% | %.0f %%\n", row.trace, ours,
                hrtimer, rounding, exact, 100 - 100.0 * ours / hrtimer,
                100 - 100.0 * ours / rounding);
}

} // namespace

TEST_CASE("timer: interrupts that coalescing saves") {
    holds({"one-shot, one every 10 ms", 765, 765, 915, 1007}, one_shots(10'000, 0));
    holds({"one-shot, one every ms", 3522, 3522, 5275, 9983}, one_shots(1000, 0));
    holds({"one-shot, ten every ms", 13832, 13832, 19646, 98794}, one_shots(100, 0));
    holds({"time-outs: ten every ms, 95 % cancelled", 2268, 2628, 3290, 4969}, one_shots(100, 95));
    holds({"20 periodic, 10 ms to 1 s", 521, 521, 563, 578}, periodic(20));
    holds({"200 periodic, 10 ms to 1 s", 3384, 3384, 5046, 10394}, periodic(200));
}
