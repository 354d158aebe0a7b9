// SPDX-License-Identifier: MIT
// Timers beside the timer queues that a C++ programmer on Linux has, each as its own loop uses it,
// with its clock standing still: what a timer costs that is armed, and cancelled or run. Names are
// OPERATION_TIMERS/WHOSE. Times to come are random; half of the timers are cancelled, in random
// order, as most time-outs are; then all the others are due. `deadlines` is the structure alone,
// beside others that could have stood in its place.
#include <benchmark/benchmark.h>
#include <boost/asio/detail/timer_queue.hpp>
#include <boost/asio/io_context.hpp>
#include <ev.h>
#include <map>
#include <random>
#include <uv.h>

#include "../host/timer/system.hpp"
#include "augmented_heap.hpp"

namespace {

using namespace neuron;
constexpr std::uint32_t most = 100'000;

template <bool Windows>
struct Numbers : timer_test::Numbers {
    static constexpr bool timer_coalescing = Windows;
    static constexpr std::uint64_t timer_window_normal = Windows ? 4000 : 0;
    static constexpr std::uint32_t timer_per_owner = most + 1;
    static constexpr std::uint32_t timer_per_cpu = most + 1;
    static constexpr std::uint64_t timer_budget = most + 1;
};

/// In milliseconds, as libuv counts; less than any machine has run when this runs.
std::vector<std::uint32_t> any_times(std::uint32_t count) {
    std::mt19937 random(1);
    std::vector<std::uint32_t> times(count);
    for (auto& time : times)
        time = random() % 60'000;
    return times;
}
std::vector<std::uint32_t> any_order(std::uint32_t count) {
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i)
        order[i] = i;
    std::ranges::shuffle(order, std::mt19937(2));
    return order;
}

/// Whose callbacks count.
std::uint64_t fired = 0;

/// Each arms timer `i`, cancels timer `i`, and runs all that are left, which are then due.
template <bool Windows>
struct Own {
    using System = timer_test::System<Numbers<Windows>>;
    explicit Own(std::uint32_t count) : ids(count) {}
    void arm(std::uint32_t i, std::uint32_t time) {
        const auto count = [](auto&, core::IrqContext&, const timer::Firing&) { ++fired; };
        ids[i] =
            *timer::arm(*system, owner, {timer_test::at(std::chrono::milliseconds(time))}, count);
    }
    void cancel(std::uint32_t i) { (void)timer::cancel(*system, owner, ids[i]); }
    void run() {
        system->stand_at(timer_test::at(std::chrono::hours(1)));
        system->interrupt();
        system->stand_at(timer_test::at(std::chrono::hours(0)));
    }
    std::unique_ptr<System> system = std::make_unique<System>();
    timer::Owner owner = *timer::open_owner(*system);
    std::vector<timer::TimerId> ids;
};

struct Libuv {
    explicit Libuv(std::uint32_t count) : timers(count) {
        uv_loop_init(&loop);
        for (auto& each : timers)
            uv_timer_init(&loop, &each);
    }
    ~Libuv() {
        for (auto& each : timers)
            uv_close(reinterpret_cast<uv_handle_t*>(&each), nullptr);
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
    }
    void arm(std::uint32_t i, std::uint32_t time) {
        loop.time = 0; // its clock is behind, so that all are due when it runs
        uv_timer_start(&timers[i], [](uv_timer_t*) { ++fired; }, time, 0);
    }
    void cancel(std::uint32_t i) { uv_timer_stop(&timers[i]); }
    void run() { uv_run(&loop, UV_RUN_NOWAIT); }
    uv_loop_t loop{};
    std::vector<uv_timer_t> timers;
};

struct Libev {
    explicit Libev(std::uint32_t count) : timers(count) {
        for (auto& each : timers)
            ev_init(&each, [](struct ev_loop*, ev_timer*, int) { ++fired; });
    }
    ~Libev() { ev_loop_destroy(loop); }
    void arm(std::uint32_t i, std::uint32_t time) {
        ev_timer_set(&timers[i], time / 1000.0 - 100, 0.); // in the past, so that all are due
        ev_timer_start(loop, &timers[i]);
    }
    void cancel(std::uint32_t i) { ev_timer_stop(loop, &timers[i]); }
    void run() { ev_run(loop, EVRUN_NOWAIT); }
    struct ev_loop* loop = ev_loop_new(EVFLAG_AUTO);
    std::vector<ev_timer> timers;
};

/// A clock that says what it is told to.
struct AsioTraits {
    using time_type = std::int64_t;
    using duration_type = std::int64_t;
    static inline time_type time = 0;
    static time_type now() { return time; }
    static time_type add(time_type t, duration_type d) { return t + d; }
    static duration_type subtract(time_type a, time_type b) { return a - b; }
    static bool less_than(time_type a, time_type b) { return a < b; }
    struct Duration {
        duration_type milliseconds;
        [[nodiscard]] duration_type ticks() const { return milliseconds; }
        [[nodiscard]] duration_type total_milliseconds() const { return milliseconds; }
        [[nodiscard]] duration_type total_microseconds() const { return milliseconds * 1000; }
    };
    static Duration to_posix_duration(duration_type d) { return {d}; }
};

struct Asio {
    using Queue = boost::asio::detail::timer_queue<AsioTraits>;
    struct Operation : boost::asio::detail::wait_op {
        Operation()
            : wait_op([](void*, boost::asio::detail::operation*, const boost::system::error_code&,
                         std::size_t) { ++fired; }) {}
    };
    explicit Asio(std::uint32_t count) : operations(count), timers(count) {}
    void arm(std::uint32_t i, std::uint32_t time) {
        queue.enqueue_timer(time, timers[i], &operations[i]);
    }
    void cancel(std::uint32_t i) {
        boost::asio::detail::op_queue<boost::asio::detail::operation> cancelled;
        queue.cancel_timer(timers[i], cancelled);
        while (cancelled.front() != nullptr)
            cancelled.pop();
    }
    void run() {
        AsioTraits::time = 60'000;
        boost::asio::detail::op_queue<boost::asio::detail::operation> ready;
        queue.get_ready_timers(ready);
        while (auto* operation = ready.front()) {
            ready.pop();
            operation->complete(this, {}, 0);
        }
    }
    Queue queue;
    std::vector<Operation> operations;
    std::vector<Queue::per_timer_data> timers;
};

/// A structure alone; a millisecond has ten thousand ticks, a window four of them.
template <class Queue>
struct Alone {
    explicit Alone(std::uint32_t) {}
    void arm(std::uint32_t i, std::uint32_t time) {
        queue->insert(i, std::uint64_t{time} * 10'000, 40'000);
        soonest = queue->next_interrupt();
    }
    void cancel(std::uint32_t i) {
        queue->remove(i);
        soonest = queue->next_interrupt();
    }
    void run() {
        for (; const auto due = queue->first_due(60'000 * 10'000U); ++fired)
            queue->remove(*due);
        soonest = queue->next_interrupt();
    }
    std::unique_ptr<Queue> queue = std::make_unique<Queue>();
    std::uint64_t soonest = 0;
};

/// Two balanced trees, as the standard library has them.
class Multimaps {
  public:
    void insert(std::uint32_t timer, std::uint64_t deadline, std::uint64_t window) {
        places_[timer] = {by_deadline_.emplace(deadline, timer),
                          by_latest_.emplace(deadline + window, timer)};
    }
    void remove(std::uint32_t timer) {
        by_deadline_.erase(places_[timer].first);
        by_latest_.erase(places_[timer].second);
    }
    [[nodiscard]] std::uint64_t next_interrupt() const {
        return by_latest_.empty() ? ~std::uint64_t{0} : by_latest_.begin()->first;
    }
    [[nodiscard]] std::optional<std::uint32_t> first_due(std::uint64_t now) const {
        if (by_deadline_.empty() || by_deadline_.begin()->first > now)
            return {};
        return by_deadline_.begin()->second;
    }

  private:
    using Tree = std::multimap<std::uint64_t, std::uint32_t>;
    Tree by_deadline_;
    Tree by_latest_;
    std::array<std::pair<Tree::iterator, Tree::iterator>, most> places_{};
};

template <class Timers>
void mix(benchmark::State& state, std::uint32_t count) {
    const auto times = any_times(count);
    const auto order = any_order(count);
    Timers timers(count);
    fired = 0;
    std::uint64_t rounds = 0;
    for (auto _ : state) {
        for (std::uint32_t i = 0; i < count; ++i)
            timers.arm(i, times[i]);
        for (std::uint32_t i = 0; i < count / 2; ++i)
            timers.cancel(order[i]);
        timers.run();
        ++rounds;
    }
    if (fired != rounds * (count - count / 2))
        state.SkipWithError("not every timer ran");
    state.SetItemsProcessed(static_cast<std::int64_t>(rounds * count));
}

/// A time-out that is always cancelled, with `count` others waiting.
template <class Timers>
void time_out(benchmark::State& state, std::uint32_t count) {
    const auto times = any_times(count);
    const auto order = any_order(count);
    Timers timers(count);
    for (std::uint32_t i = 0; i < count; ++i)
        timers.arm(i, times[i]);
    std::uint32_t next = 0;
    for (auto _ : state) {
        const std::uint32_t i = order[next];
        next = next + 1 == count ? 0 : next + 1;
        timers.cancel(i);
        timers.arm(i, times[i]);
    }
}

template <class Timers>
void add(const std::string& what, const std::string& whose, std::vector<std::uint32_t> counts) {
    for (const std::uint32_t count : counts) {
        const std::string timers = "_" + std::to_string(count) + "/" + whose;
        benchmark::RegisterBenchmark((what + "_mix" + timers).c_str(), mix<Timers>, count);
        benchmark::RegisterBenchmark((what + "_time_out" + timers).c_str(), time_out<Timers>,
                                     count);
    }
}

} // namespace

int main(int argc, char** argv) {
    add<Own<true>>("timer", "NEURON", {100, 10'000, most});
    add<Own<false>>("timer", "NEURON without windows", {100, 10'000, most});
    add<Libuv>("timer", "libuv", {100, 10'000, most});
    add<Libev>("timer", "libev", {100, 10'000, most});
    add<Asio>("timer", "boost::asio", {100, 10'000, most});
    add<Alone<timer::Deadlines<most, true>>>("deadlines", "NEURON", {10, 1000, most});
    add<Alone<timer::Deadlines<most, false>>>("deadlines", "without windows", {10, 1000, most});
    add<Alone<timer_queues::AugmentedHeap<most, true>>>("deadlines", "one augmented heap",
                                                        {10, 1000, most});
    add<Alone<Multimaps>>("deadlines", "two std::multimap", {10, 1000, most});
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
