// SPDX-License-Identifier: MIT
// A loop of which idle CPUs take halves. While nobody is idle it looks around after each `grain`
// elements, and does nothing else.
#pragma once

#include <neuron/parallel/join.hpp>
#include <neuron/parallel/part.hpp>

namespace neuron::parallel {
namespace detail {

template <class Body>
struct Loop {
    /// `first`: the index of the part's first element.
    template <class System, class T, class... Args>
    void operator()(Scope<System>& scope, Part<T>& part, std::size_t first, std::size_t grain,
                    const Args&... args) const {
        while (part.size() > grain) {
            if (scope.is_wanted()) [[unlikely]] {
                Part<T> half = part.take_first(part.size() / 2);
                const std::size_t middle = first + half.size();
                (void)join(scope, call(Loop(), std::move(half), first, grain, args...),
                           call(Loop(), std::move(part), middle, grain, args...));
                return;
            }
            run(part.take_first(grain), first, args...);
            first += grain;
        }
        run(std::move(part), first, args...);
    }

  private:
    template <class T, class... Args>
    static void run(Part<T> part, std::size_t first, const Args&... args) {
        for (T& element : part)
            Body{}(element, first++, args...);
    }
};

} // namespace detail

/// body(element, index, args...) for each element of `part`, in no order; returns when all is done.
/// `grain`: how many at least a CPU does at a time, 1 or more. Arguments are Send and Sync, as a
/// Frozen: all calls read them.
template <class System, class T, class Body, class... Args>
void parallel_for(Scope<System>& scope, Part<T> part, std::size_t grain, Body,
                  const Args&... args) {
    static_assert(std::is_empty_v<Body> && std::is_default_constructible_v<Body>,
                  "parallel_for: a captureless callable is wanted: pass data as arguments");
    static_assert(((core::Send<Args> && core::Sync<Args>) && ...),
                  "parallel_for: an argument must be Send and Sync: hand over a Frozen or a Ref");
    core::check(grain > 0, "parallel_for: a grain of 1 or more");
    detail::Loop<Body>()(scope, part, 0, grain, args...);
}

} // namespace neuron::parallel
