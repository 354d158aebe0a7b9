// SPDX-License-Identifier: MIT
// A list of types, as a type.
#pragma once

#include <cstddef>
#include <type_traits>

namespace neuron::core {

template <class... T>
struct TypeList {
    static constexpr std::size_t size = sizeof...(T);

    /// Calls use.operator()<T>() for each type, in order.
    template <class Use>
    static constexpr void for_each([[maybe_unused]] Use use) { // unused by an empty list
        (use.template operator()<T>(), ...);
    }

    template <class Wanted>
    static constexpr std::size_t count_of = (std::size_t{std::is_same_v<Wanted, T>} + ... + 0);
    template <class Wanted>
    static constexpr bool contains = count_of<Wanted> != 0;

    /// Where `Wanted` stands; `size` if it does not.
    template <class Wanted>
    static consteval std::size_t index_of() {
        std::size_t index = 0;
        (void)((std::is_same_v<Wanted, T> ? false : (++index, true)) && ...);
        return index;
    }
};

namespace detail {

template <class... List>
struct Joined : std::type_identity<TypeList<>> {};
template <class... A>
struct Joined<TypeList<A...>> : std::type_identity<TypeList<A...>> {};
template <class... A, class... B, class... Rest>
struct Joined<TypeList<A...>, TypeList<B...>, Rest...> : Joined<TypeList<A..., B...>, Rest...> {};

template <template <class> class Keep, class List>
struct Filtered;
template <template <class> class Keep, class... T>
struct Filtered<Keep, TypeList<T...>>
    : Joined<std::conditional_t<Keep<T>::value, TypeList<T>, TypeList<>>...> {};

} // namespace detail

/// The types of all lists, in order.
template <class... List>
using Join = detail::Joined<List...>::type;

/// The types T of a list for which Keep<T>::value holds, in order.
template <template <class> class Keep, class List>
using Filter = detail::Filtered<Keep, List>::type;

} // namespace neuron::core
