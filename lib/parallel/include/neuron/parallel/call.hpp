// SPDX-License-Identifier: MIT
// A call that may be made here or on another CPU: a function that captures nothing, and arguments
// that are its own.
#pragma once

#include <neuron/core/send.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace neuron::parallel {

template <class System>
class Scope; // scope.hpp

/// What a call answers whose function returns nothing.
struct Nothing {};

/// Made by call().
template <class F, class... Args>
struct Call {
    std::tuple<Args...> args;
};

/// function(scope, args...), to be made once, by whoever gets to it.
template <class F, class... Args>
[[nodiscard]] Call<F, std::remove_cvref_t<Args>...> call(F, Args&&... args) {
    static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                  "call: a captureless callable is wanted: pass data as arguments");
    static_assert((core::Send<std::remove_cvref_t<Args>> && ...),
                  "call: an argument must be Send (no pointer, reference or span): a Frozen to "
                  "read, a Part to write");
    return {{std::forward<Args>(args)...}};
}

namespace detail {

template <class System, class F, class... Args>
auto make(Scope<System>& scope, std::tuple<Args...>& arguments) {
    using R = std::invoke_result_t<F, Scope<System>&, Args&...>;
    return std::apply(
        [&](Args&... each) {
            if constexpr (std::is_void_v<R>) {
                F{}(scope, each...);
                return Nothing();
            } else {
                static_assert(core::Send<R>, "call: its result may come from another CPU: Send");
                return F{}(scope, each...);
            }
        },
        arguments);
}
template <class System, class F, class... Args>
using ResultOf = decltype(make<System, F, Args...>(std::declval<Scope<System>&>(),
                                                   std::declval<std::tuple<Args...>&>()));

} // namespace detail
} // namespace neuron::parallel
