// SPDX-License-Identifier: MIT
// Runs a function on another CPU, at once, and brings its result back:
//
//   const auto ticks = ipi::call_on(system, NoLocks(), cpu,
//                                   [](core::IrqContext&, std::uint32_t n) { return 2 * n; }, 21U);
#pragma once

#include <neuron/ipi/call_cell.hpp>
#include <neuron/ipi/wait.hpp>

#include <string_view>

namespace neuron::ipi {

enum class CallError : std::uint32_t {
    InvalidCpu, ///< there is no such CPU
    Offline,    ///< it is not online; the function did not run
    Busy,       ///< this CPU's last call has timed out, and the other CPU has not come to it yet
    TimedOut, ///< not done within CONFIG_DIAGNOSTIC_SECONDS; it may run yet: its result is dropped
    Stopped,  ///< the CPU has left the system; the function ran in part, or not at all
};

constexpr std::string_view to_string(CallError error) {
    switch (error) {
    case CallError::InvalidCpu:
        return "InvalidCpu";
    case CallError::Offline:
        return "Offline";
    case CallError::Busy:
        return "Busy";
    case CallError::TimedOut:
        return "TimedOut";
    case CallError::Stopped:
        return "Stopped";
    }
    return "?";
}
constexpr std::string_view format_value(CallError error) {
    return to_string(error);
}

/// "Look at my cell": by call_on alone.
struct Call {
    using Carrier = Bit;
    template <class System>
    static void on_message(System& system, core::IrqContext& irq, core::CpuId sender) {
        system.template remote<Feature>(sender).call.serve(irq);
    }
};

namespace detail {

template <class F, class Value, class... A>
inline constexpr CallCell::Steps call_steps = {
    [](CallCell& cell, core::IrqContext& irq) {
        using Arguments = std::tuple<A...>;
        auto arguments = cell.template take_arguments<Arguments>();
        const auto call = [&](A&... each) { return F{}(irq, std::move(each)...); };
        if constexpr (std::is_same_v<Value, Nothing>) {
            std::apply(call, arguments);
            cell.put_result(Nothing());
        } else {
            cell.template put_result<Value>(std::apply(call, arguments));
        }
    },
    &CallCell::template drop_arguments<std::tuple<A...>>,
    &CallCell::template drop_result<Value>,
};

/// Gives an argument back that was moved out of it.
template <class Argument, class To, class From>
void give_back(To& argument, From& value) {
    if constexpr (!std::is_lvalue_reference_v<Argument> && !std::is_const_v<To>)
        argument = std::move(value);
}

} // namespace detail

/// Runs function(IrqContext&, args...) in a handler of `target`, and returns its result. Arguments
/// are taken only if the call is posted: with InvalidCpu, Offline and Busy they are as they were.
/// Context: not in a handler, interrupts on, not pinned, no lock held.
template <class System, class F, class... Args>
[[nodiscard]] auto call_on(System& system, const sync::NoLocks&, core::CpuId target, F,
                           Args&&... args) {
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "call_on takes a captureless callable: pass data as arguments");
    static_assert((core::Send<std::decay_t<Args>> && ...),
                  "call_on: an argument must be Send (no pointer, reference or span)");
    using Arguments = std::tuple<std::decay_t<Args>...>;
    using R = std::invoke_result_t<F, core::IrqContext&, std::decay_t<Args>...>;
    static_assert(std::is_void_v<R> || core::Send<R>,
                  "call_on: the result comes back from another CPU: Send");
    using Value = std::conditional_t<std::is_void_v<R>, Nothing, R>;
    static_assert(CallCell::fits<Arguments> && CallCell::fits<Value>,
                  "call_on: arguments have 64 bytes, and so has the result");
    using Outcome = core::Result<R, CallError>;
    const auto fail = [](CallError error) { return Outcome(std::unexpected(error)); };

    core::check_may_block();
    const core::Pinned pinned; // the cell is this CPU's
    if (target.value >= system.cpu_count())
        return fail(CallError::InvalidCpu);
    if (!system.life(target).is_online())
        return fail(CallError::Offline);
    CallCell& cell = system.template remote<Feature>(system.this_cpu()).call;
    if (!cell.claim()) {
        if (!system.life(cell.target).has_left())
            return fail(CallError::Busy);
        cell.reclaim(); // whoever was to serve the last one has stopped since
        if (!cell.claim())
            return fail(CallError::Busy);
    }
    cell.target = target;
    cell.fill<Arguments>(detail::call_steps<F, Value, std::decay_t<Args>...>,
                         std::forward<Args>(args)...);
    if (!detail::send<Call>(system, target, IpiMessage<Call>())) {
        auto arguments = cell.unfill<Arguments>();
        std::apply([&](auto&... back) { (detail::give_back<Args>(args, back), ...); }, arguments);
        return fail(CallError::Offline);
    }
    const std::uint64_t deadline = system.diagnostic_deadline();
    detail::wait_and_serve(system, pinned, [&] {
        return cell.is_done() || system.life(target).has_left() || system.now() >= deadline;
    });
    const bool online = !system.life(target).has_left();
    if (!cell.is_done()) { // looked at last: a CPU that stops may have done it before
        if (!online) {
            cell.reclaim();
            return fail(CallError::Stopped);
        }
        if (cell.abandon())
            return fail(CallError::TimedOut);
    }
    if constexpr (std::is_void_v<R>) {
        (void)cell.take_result<Value>();
        const Outcome done; // GCC 12 takes one without a name for uninitialized, with UBSan
        return done;
    } else {
        return Outcome(cell.take_result<R>());
    }
}

} // namespace neuron::ipi
