// SPDX-License-Identifier: MIT
// What the files here share: channels of each form, rights to their ends, and lawful uses of all.
#pragma once
#include <neuron/channel/channel.hpp>
#include <neuron/channel/pool.hpp>

#include "../task_system.hpp"
using namespace neuron;
using channel::Form;

struct Values {
    static constexpr unsigned max_cpus = 2, sched_tasks = 2, sched_large_tasks = 1;
    static constexpr unsigned sched_capacity = 2;
};
using System = TaskSystem<Values>;
template <class T, Form F>
using Of = channel::Channel<System, T, 4, F>;

extern sched::Task& self;
extern Of<int, Form::Spsc> alone;
extern Of<int, Form::Mpsc>::Ends funnel;
extern Of<int, Form::Mpmc>::Ends many;
extern channel::Pool<int, 2> pool;
extern channel::Box<int> box;

inline void lawful() {
    auto ends = alone.open();
    (void)ends->sender.send(self, 1);
    (void)ends->receiver.receive(self);
    (void)funnel.sender.copy();
    (void)many.receiver.copy();
    box = std::move(*pool.make(1));
}
