// SPDX-License-Identifier: MIT
// Two calls, of which another CPU may make the second. Both have ended when join returns.
#pragma once

#include <neuron/parallel/scope.hpp>

namespace neuron::parallel {
namespace detail {

/// A call on the stack of the task that is to have its result.
template <class System, class F, class... Args>
struct Frame : Latent<System> {
    explicit Frame(Call<F, Args...>&& call)
        : Latent<System>(&Frame::begin_task), args(std::move(call.args)) {}

    std::tuple<Args...> args;
    std::optional<ResultOf<System, F, Args...>> result;

  private:
    static bool begin_task(Latent<System>& call, System& system, core::CpuId cpu) {
        using Shared = core::Ref<Latent<System>>;
        auto task = sched::spawn(
            system, {.name = "parallel", .cpu = cpu},
            [](sched::Task& self, Shared given) {
                auto& frame = static_cast<Frame&>(*given);
                Scope<System> scope(sched::detail::here<System>(), self);
                frame.result.emplace(make<System, F>(scope, frame.args));
            },
            Shared::unsafe_to(call)); // SAFETY: join waits for the task before the frame ends
        if (!task)
            return false;
        call.maker.emplace(std::move(*task));
        return true;
    }
};

} // namespace detail

/// Makes both calls, and returns their results as a pair. Task level, no lock held, not pinned. A
/// function returns what is Send, or nothing (Nothing).
template <class System, class F, class... A, class G, class... B>
auto join(Scope<System>& scope, Call<F, A...> first, Call<G, B...> second) {
    detail::Frame<System, G, B...> frame(std::move(second));
    scope.put(frame);
    auto one = detail::make<System, F>(scope, first.args);
    if (scope.take_back(frame)) [[likely]]
        return std::pair(std::move(one), detail::make<System, G>(scope, frame.args));
    (void)sched::join(scope.system(), scope.task(), *frame.maker);
    core::check(frame.result.has_value(), "join: a call has ended its task by exit");
    return std::pair(std::move(one), std::move(*frame.result));
}

} // namespace neuron::parallel
