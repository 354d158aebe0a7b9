// SPDX-License-Identifier: MIT
// What the files here share: a system, rights, and lawful uses of all.
#pragma once
#include <neuron/timer/feature.hpp>
using namespace neuron;

struct Values {
    static constexpr bool timer_coalescing = true;
    static constexpr unsigned timer_window_perf_burst = 0, timer_window_interactive = 1;
    static constexpr unsigned timer_window_normal = 4, timer_window_idle = 8, timer_per_owner = 2;
    static constexpr unsigned timer_per_cpu = 2, timer_owners = 2, timer_budget = 2;
    static constexpr unsigned timer_longest_hours = 1, timer_shortest_microseconds = 1;
};
struct System {
    using Values = ::Values;
    using Feature = timer::Feature<Values>;
    core::CpuId this_cpu() const;
    unsigned cpu_count() const;
    std::uint64_t now() const;
    core::TickRate tick_rate() const;
    std::optional<core::Nanoseconds> read_wall_clock() const;
    void arm_timer(const auto&, std::uint64_t);
    bool ring(core::CpuId);
    template <template <class> class> Feature::PerCpu& own(const auto&);
    template <template <class> class> Feature::Remote& here(const auto&);
    template <template <class> class> Feature::Remote& remote(core::CpuId);
    template <template <class> class> Feature::Shared& shared();
    template <template <class> class> const Feature::Sealed& sealed() const;
};

extern System machine;
extern const timer::Owner& owner;
extern const timer::Authority& authority;
extern timer::TimerId id;
extern int number;
inline const timer::When soon{};
struct Nothing {
    void operator()(System&, core::IrqContext&, const timer::Firing&, auto...) const {}
};

inline void lawful() {
    (void)timer::arm(machine, owner, soon, Nothing(), number);
    (void)timer::arm(machine, owner, authority, soon, Nothing());
    (void)timer::rearm(machine, owner, id, soon);
    (void)timer::cancel(machine, owner, id);
    (void)timer::cancel(machine, authority, id);
    auto other = timer::open_owner(machine);
    (void)timer::close_owner(machine, *other);
}
