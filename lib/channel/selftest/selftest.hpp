// SPDX-License-Identifier: MIT
#pragma once

#include <neuron/channel/channel.hpp>
#include <neuron/channel/pool.hpp>
#include <neuron/sched/spawn.hpp>
#include <neuron/selftest/run.hpp>
#include <neuron/selftest/storm.hpp>

namespace neuron::channel {
namespace selftests {

/// It stays where it is, and its owner changes.
using Frame = std::array<std::uint64_t, 4>;

/// Sends `count` Frames that hold their number. How many it sent.
template <class Sender, class Frames>
int send_frames(sched::Task& self, Sender& sender, core::Ref<Frames> pool, std::uint64_t count) {
    int sent = 0;
    for (std::uint64_t number = 0; number < count;) {
        if (auto box = pool->make()) {
            (*box)->fill(number++);
            sent += sender.send(self, *std::move(box)) ? 1 : 0;
        } else {
            sched::yield(sched::detail::here<typename Sender::System>(), self);
        }
    }
    return sent;
}

/// How many one task has received, each whole; -1 if one was not.
template <class Receiver>
int receive_frames(sched::Task& self, Receiver& receiver) {
    int received = 0;
    while (auto box = receiver.receive(self)) {
        const Frame& frame = **box;
        if (frame.front() != frame.back())
            return -1;
        ++received;
    }
    return received;
}

/// Joins them; the sum of what they say.
template <class System, std::size_t Most>
int join_all(System& system, sched::Task& self,
             std::array<std::optional<sched::Handle<System>>, Most>& tasks) {
    int sum = 0;
    for (auto& task : tasks)
        if (task)
            sum += sched::join(system, self, *task).value_or(-1);
    return sum;
}

} // namespace selftests

template <class System>
void run_selftests(selftest::Run& run, System& system) {
    using namespace selftests;
    sched::Task& self = sched::this_task(system);
    const core::CpuId last{system.cpu_count() - 1};
    const bool takes_tasks = system.template shared<sched::Feature>().is_open(last);
    const core::CpuId there = takes_tasks ? last : core::boot_cpu;

    const std::uint64_t values = selftest::storm_rounds(system, 3000);

    run.test("channel.one_to_one", [&](selftest::Record& record) { // INV-CHANNEL-3
        using Channel = channel::Channel<System, Box<Frame>, 4, Form::Spsc>;
        using Frames = Pool<Frame, 8>;
        Frames pool;
        Channel channel;
        auto ends = *channel.open();
        const auto frames = core::Ref<Frames>::unsafe_to(pool); // SAFETY: the task is joined below
        auto sender = sched::spawn(
            system, {.cpu = there},
            [](sched::Task& task, typename Channel::Sender right, core::Ref<Frames> all,
               std::uint64_t count) { return send_frames(task, right, all, count); },
            std::move(ends.sender), frames, values);
        std::uint64_t wrong = 0;
        std::uint64_t number = 0;
        while (auto box = ends.receiver.receive(self))
            wrong += (**box).front() != number || (**box).back() != number++ ? 1 : 0;
        record.value("sent", sched::join(system, self, *sender).value_or(-1));
        record.value("received", number);
        record.value("wrong", wrong);
        record.value("left", pool.taken());
    });

    run.test("channel.many_to_many", [&](selftest::Record& record) { // INV-CHANNEL-1
        using Channel = channel::Channel<System, Box<Frame>, 4, Form::Mpmc>;
        using Frames = Pool<Frame, 8>; // fewer than would be under way: make() is refused
        constexpr std::size_t most = 3;
        Frames pool;
        Channel channel;
        auto ends = *channel.open();
        const auto frames =
            core::Ref<Frames>::unsafe_to(pool); // SAFETY: the tasks are joined below
        std::array<std::optional<sched::Handle<System>>, most> senders;
        std::array<std::optional<sched::Handle<System>>, most> receivers;
        for (std::uint32_t n = 0; n < most; ++n) {
            const core::CpuId cpu{takes_tasks ? n % system.cpu_count() : 0};
            if (auto task = sched::spawn(
                    system, {.cpu = cpu},
                    [](sched::Task& one, typename Channel::Sender right, core::Ref<Frames> all,
                       std::uint64_t count) { return send_frames(one, right, all, count); },
                    ends.sender.copy(), frames, values))
                senders[n].emplace(*std::move(task));
            if (auto task = sched::spawn(
                    system, {.cpu = cpu},
                    [](sched::Task& one, typename Channel::Receiver right) {
                        return receive_frames(one, right);
                    },
                    ends.receiver.copy()))
                receivers[n].emplace(*std::move(task));
        }
        {
            const auto sender = std::move(ends.sender); // and the last of the others, later
            const auto receiver = std::move(ends.receiver);
        }
        const int sent = join_all(system, self, senders);
        record.value("lost", sent - join_all(system, self, receivers));
        record.value("left", pool.taken());
        record.expect(sent > 0, "some were sent");
    });

    run.test("channel.test_reject", [&](selftest::Record& record) { // INV-CHANNEL-1
        using Channel = channel::Channel<System, std::uint32_t, 2, Form::Mpsc>;
        Channel channel;
        auto ends = *channel.open();
        record.value("empty", ends.receiver.try_receive().error());
        (void)ends.sender.try_send(1);
        (void)ends.sender.try_send(2);
        const auto full = ends.sender.try_send(3);
        record.value("full", full.error().reason);
        record.value("back", full.error().value);
        const auto busy = channel.open();
        record.value("open", busy.error());
        {
            const auto receiver = std::move(ends.receiver);
        }
        const auto closed = ends.sender.send(self, 4);
        record.value("closed", closed.error().reason);
        record.value("value", closed.error().value);
    });
}

} // namespace neuron::channel
