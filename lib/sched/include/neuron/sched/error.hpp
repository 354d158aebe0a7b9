// SPDX-License-Identifier: MIT
// What a call of this library can be refused for. Nothing has changed then.
#pragma once

#include <neuron/percpu-runqueue/slot_count.hpp>

#include <cstdint>
#include <string_view>

namespace neuron::sched {

enum class Error : std::uint32_t {
    NoSuchTask,    ///< there is none of that name: it has ended, or never was
    TaskLimit,     ///< every stack of this size is in use on that CPU (CONFIG_SCHED_TASKS,
                   ///< _LARGE_TASKS)
    QueueFull,     ///< as many tasks of this class are on that CPU as CONFIG_SCHED_CAPACITY allows
    InvalidCpu,    ///< there is no such CPU, or it takes no tasks
    EmptyAffinity, ///< it leaves no CPU that takes tasks
    NotAllowed,    ///< the task's affinity does not have that CPU
    NoAuthority,   ///< a class above its parent's; more than it has (sched-qos)
    InvalidClass,  ///< there is no such class
    InvalidShare,  ///< none of 1 to 1000
    Busy,          ///< the task is about to move already
    JoinsItself,   ///< a task can't wait for its own end
    TimedOut,      ///< it has not come to pass by then
};

constexpr std::string_view to_string(Error error) {
    switch (error) {
    case Error::NoSuchTask:
        return "NoSuchTask";
    case Error::TaskLimit:
        return "TaskLimit";
    case Error::QueueFull:
        return "QueueFull";
    case Error::InvalidCpu:
        return "InvalidCpu";
    case Error::EmptyAffinity:
        return "EmptyAffinity";
    case Error::NotAllowed:
        return "NotAllowed";
    case Error::NoAuthority:
        return "NoAuthority";
    case Error::InvalidClass:
        return "InvalidClass";
    case Error::InvalidShare:
        return "InvalidShare";
    case Error::Busy:
        return "Busy";
    case Error::JoinsItself:
        return "JoinsItself";
    case Error::TimedOut:
        return "TimedOut";
    }
    return "?";
}
constexpr std::string_view format_value(Error error) {
    return to_string(error);
}

constexpr Error error_of(percpu_runqueue::Reason reason) {
    return reason == percpu_runqueue::Reason::QueueFull ? Error::QueueFull : Error::InvalidCpu;
}

} // namespace neuron::sched
