// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/bench/run.hpp>
#include <neuron/channel/channel.hpp>
#include <neuron/channel/pool.hpp>
#include <neuron/sched/spawn.hpp>

namespace neuron::channel {
namespace benches {

/// A value of a cache line.
using Line = std::array<std::uint64_t, 8>;
/// One that stays where it is: its size makes no difference.
using Page = std::array<std::uint64_t, 128>;

/// What it costs to send a T, and to receive it, by one task.
template <class T, Form F, class System>
void send_and_receive(bench::Run<System>& run, sched::Task& self, std::string_view name, T value) {
    Channel<System, T, 4, F> channel;
    auto ends = *channel.open();
    run.measure(name, [&] {
        (void)ends.sender.send(self, std::move(value));
        value = *ends.receiver.receive(self);
    });
}

/// A task that sends back what it receives; each waits for the other.
template <Form F, class System>
void ping_pong(bench::Run<System>& run, System& system, sched::Task& self, std::string_view name) {
    using Numbers = Channel<System, std::uint64_t, 4, F>;
    Numbers pings;
    Numbers pongs;
    auto ping = *pings.open();
    auto pong = *pongs.open();
    auto other = sched::spawn(
        system, {.name = "other"},
        [](sched::Task& task, typename Numbers::Receiver from, typename Numbers::Sender to) {
            while (const auto number = from.receive(task))
                (void)to.send(task, *number);
        },
        std::move(ping.receiver), std::move(pong.sender));
    core::check(other.has_value(), "channel: room for a benchmark's task");
    run.measure(name, [&] {
        (void)ping.sender.send(self, 1);
        (void)pong.receiver.receive(self);
    });
    {
        const auto leaves = std::move(ping.sender);
    }
    (void)sched::join(system, self, *other);
}

} // namespace benches

template <class System>
void run_benches(bench::Run<System>& run, System& system) {
    using namespace benches;
    sched::Task& self = sched::this_task(system);
    send_and_receive<std::uint64_t, Form::Spsc>(run, self, "channel.spsc_send_receive", 1);
    send_and_receive<std::uint64_t, Form::Mpmc>(run, self, "channel.mpmc_send_receive", 1);
    send_and_receive<Line, Form::Spsc>(run, self, "channel.spsc_send_receive_64", Line());
    send_and_receive<Line, Form::Mpmc>(run, self, "channel.mpmc_send_receive_64", Line());
    ping_pong<Form::Spsc>(run, system, self, "channel.spsc_ping_pong");
    ping_pong<Form::Mpmc>(run, system, self, "channel.mpmc_ping_pong");
    Pool<Page, 1> pages;
    run.measure("channel.box_made_and_ended", [&] { (void)pages.make(); });
    send_and_receive<Box<Page>, Form::Spsc>(run, self, "channel.spsc_send_receive_box",
                                            *pages.make());
}

} // namespace neuron::channel
