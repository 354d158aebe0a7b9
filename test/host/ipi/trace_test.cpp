// SPDX-License-Identifier: MIT
// The causal chain: what each CPU noted of its messages.
#include <doctest/doctest.h>

#include "kinds.hpp"

using namespace ipi_test;
using ipi::IpiMessage;
using ipi::post;
using ipi::Step;

namespace {

struct Traced : Numbers {
    static constexpr std::uint32_t ipi_trace_events = 16;
};
using Usual = System<Traced, Nudge, Sum, Parcel, Number>;

template <class K>
constexpr std::uint32_t number = ipi::detail::number_of<K, Usual>();

using Told = std::tuple<Step, std::uint32_t, std::uint32_t, std::uint64_t>;
/// Step, kind, peer and sequence of all that a CPU noted.
std::vector<Told> told(Usual& system, CpuId cpu) {
    return system.as(cpu, [&] {
        const core::IrqOff masked;
        return system.own<ipi::Feature>(masked).trace.with(masked, [](auto& trace) {
            std::vector<Told> events;
            for (std::uint64_t i = 0; i < trace.count(); ++i) {
                const ipi::Event& event = trace.events()[i];
                events.emplace_back(event.step, event.kind, event.peer, event.sequence);
            }
            return events;
        });
    });
}

} // namespace

TEST_CASE("ipi: a trace ties what is acknowledged to what was requested, kind and sequence") {
    Usual system;
    Node node;
    CHECK(post<Parcel>(system, one, IpiMessage<Parcel>(node)).has_value());
    CHECK(post_number(system, one, 77));
    CHECK(post<Sum>(system, one, IpiMessage<Sum>(1)).has_value());
    CHECK(post<Sum>(system, one, IpiMessage<Sum>(2)).has_value());
    CHECK(system.take_interrupt(one));
    CHECK(told(system, zero) == std::vector<Told>{{Step::Request, number<Parcel>, 1, 1},
                                                  {Step::Rung, number<Parcel>, 1, 1},
                                                  {Step::Request, number<Number>, 1, 2},
                                                  {Step::Merged, number<Number>, 1, 2},
                                                  {Step::Request, number<Sum>, 1, 3},
                                                  {Step::Merged, number<Sum>, 1, 3},
                                                  {Step::Request, number<Sum>, 1, 4},
                                                  {Step::Merged, number<Sum>, 1, 4}});
    CHECK(told(system, one) == std::vector<Told>{{Step::Trap, 0, 1, 0},
                                                 {Step::Acknowledge, number<Parcel>, 0, 1},
                                                 {Step::Acknowledge, number<Sum>, 0, 4}, // both
                                                 {Step::Acknowledge, number<Number>, 0, 2}});
    CHECK(told(system, two).empty());
}

TEST_CASE("ipi: a trace says who polled, what failed and what was rung again") {
    Usual system;
    system.remote<ipi::Feature>(two).pending.begin_polling();
    CHECK(post<Nudge>(system, two, IpiMessage<Nudge>()).has_value());
    system.failing_rings = 2;
    CHECK(post<Nudge>(system, one, IpiMessage<Nudge>()).has_value());
    CHECK(ipi::serve_at_task_level(system)); // fails again
    CHECK_FALSE(ipi::serve_at_task_level(system));
    CHECK(told(system, zero) == std::vector<Told>{{Step::Request, number<Nudge>, 2, 1},
                                                  {Step::Polled, number<Nudge>, 2, 1},
                                                  {Step::Request, number<Nudge>, 1, 1},
                                                  {Step::RingFailed, number<Nudge>, 1, 1},
                                                  {Step::Retried, 0, 1, 0}});
    CHECK(system.take_interrupt(one));
    core::CpuSet<4> both;
    both.insert(one);
    both.insert(three);
    CHECK(ipi::post_mask<Nudge>(system, both).posted.size() == 2);
    const auto all = told(system, zero);
    REQUIRE(all.size() == 9);
    CHECK(all[5] == Told{Step::Request, number<Nudge>, 1, 2});
    CHECK(all[6] == Told{Step::Request, number<Nudge>, 3, 1});
    CHECK(all[7] == Told{Step::Rung, number<Nudge>, 1, 2}); // together
    CHECK(all[8] == Told{Step::Rung, number<Nudge>, 3, 1});
}

TEST_CASE("ipi: what is refused leaves no trace, and takes no number") {
    Usual system;
    system.life(two).stop();
    CHECK_FALSE(post<Nudge>(system, two, IpiMessage<Nudge>()).has_value());
    CHECK(told(system, zero).empty());
    std::uint64_t count = 0;
    while (post_number(system, one, count))
        ++count;
    CHECK(system.take_interrupt(one));
    CHECK(post_number(system, one, count));
    CHECK(told(system, zero).back() == Told{Step::Rung, number<Number>, 1, count + 1});
}

TEST_CASE("ipi: a trace that is full counts what it loses; one of no room is nothing") {
    ipi::Trace<2> trace;
    for (std::uint64_t i = 1; i <= 5; ++i)
        trace.note(Step::Trap, 0, one, i);
    CHECK(trace.count() == 5);
    CHECK(trace.events()[0].sequence == 1);
    CHECK(trace.events()[1].sequence == 2);
    static_assert(std::is_empty_v<ipi::Trace<0>>);
    static_assert(sizeof(ipi::Event) == 16); // CONFIG_IPI_TRACE_EVENTS says so
}
