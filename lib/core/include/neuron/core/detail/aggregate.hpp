// SPDX-License-Identifier: MIT
// Counts the members of an aggregate, so that they can be bound and looked at one by one. Whatever
// it can't count exactly it does not count: the answer is then "unknown", never a guess.
#pragma once

#include <neuron/core/detail/bind.hpp>

#include <optional>
#include <utility>

namespace neuron::core::detail {

inline constexpr std::size_t most_members = 32;
inline constexpr std::size_t most_initialisers = 256; ///< array elements count one by one

/// Stands for a value of whatever type a member has.
struct AnyValue {
    template <class M>
    operator M() const;
};
/// Stands for an object that a reference member can refer to.
struct AnyObject {
    template <class M>
    operator M&() const;
};
/// Stands for a value of whatever base T has; converts to nothing if it has none.
template <class T>
struct AnyBase {
    template <class B>
        requires(std::is_base_of_v<B, T> && !std::is_same_v<B, T>)
    operator B() const;
};

template <std::size_t>
using Any = AnyValue;

template <class T, std::size_t... Front, std::size_t... Inner, std::size_t... Back>
consteval bool takes_nested(std::index_sequence<Front...>, std::index_sequence<Inner...>,
                            std::index_sequence<Back...>) {
    return requires { T{Any<Front>{}..., {Any<Inner>{}...}, Any<Back>{}...}; };
}
template <class T, std::size_t... Front, class... Last>
consteval bool takes_flat(std::index_sequence<Front...>, Last...) {
    return requires { T{Any<Front>{}..., Last{}...}; };
}

/// T{any, any, ...} with `Count` of them compiles.
template <class T, std::size_t Count, class... Last>
inline constexpr bool takes = takes_flat<T>(std::make_index_sequence<Count>{}, Last{}...);

/// How many initialisers T takes without inner braces: an array takes one for each element.
/// Members without a default make a number of them too few, so the first that fits is looked for,
/// then the last. Nothing if none fits.
template <class T, std::size_t Count = 0, bool Fitted = false>
consteval std::optional<std::size_t> flat_count() {
    constexpr bool fits = takes<T, Count>;
    if constexpr (Fitted && !fits) {
        return Count - 1;
    } else if constexpr (Count <= most_initialisers) {
        return flat_count<T, Count + 1, Fitted || fits>();
    } else {
        static_assert(!Fitted,
                      "too many array elements to look at: list the members (neuron_members)");
        return {};
    }
}

/// How many of the flat initialisers the member that starts at `Position` takes: the extent of an
/// array, else 1. Braces around just its own elements leave room for exactly the rest.
template <class T, std::size_t Flat, std::size_t Position, std::size_t Extent>
consteval std::size_t extent_at() {
    if constexpr (Extent < 2) {
        return 1;
    } else {
        constexpr std::size_t rest = Flat - Position - Extent;
        using Front = std::make_index_sequence<Position>;
        using Inner = std::make_index_sequence<Extent>;
        if constexpr (takes_nested<T>(Front{}, Inner{}, std::make_index_sequence<rest>{}) &&
                      !takes_nested<T>(Front{}, Inner{}, std::make_index_sequence<rest + 1>{}))
            return Extent;
        else
            return extent_at<T, Flat, Position, Extent - 1>();
    }
}

template <class T, std::size_t Flat, std::size_t Position = 0, std::size_t Members = 0>
consteval std::size_t member_count() {
    if constexpr (Position == Flat)
        return Members;
    else
        return member_count<T, Flat, Position + extent_at<T, Flat, Position, Flat - Position>(),
                            Members + 1>();
}

/// An aggregate with a base: the base's members can't be told from its own.
template <class T>
concept HasBase = requires { T{AnyBase<T>{}}; };

/// How many members the aggregate T has; nothing if that can't be told.
template <class T>
consteval std::optional<std::size_t> count_members() {
    if constexpr (HasBase<T>) {
        return {};
    } else {
        constexpr std::optional<std::size_t> flat = flat_count<T>();
        constexpr bool is_nothing = std::is_empty_v<T> && std::is_copy_constructible_v<T> &&
                                    std::is_default_constructible_v<T>;
        if constexpr (!flat)
            return {};
        else if constexpr (takes<T, *flat, AnyObject>)
            return {}; // a reference stands where counting ended
        else if constexpr (*flat == 0 && !is_nothing)
            return {};
        else
            return member_count<T, *flat>();
    }
}

/// The types of T's members as TypeList, const unless mutable; void if they can't be told.
template <class T>
consteval auto bind_members() {
    constexpr std::optional<std::size_t> count = count_members<T>();
    if constexpr (!count) {
        return;
    } else if constexpr (*count == 0) {
        return TypeList<>{};
    } else {
        static_assert(*count <= most_members,
                      "more than 32 members: list them in the class (neuron_members)");
        if constexpr (*count <= most_members)
            return decltype(bind(std::integral_constant<std::size_t, *count>{},
                                 std::declval<const T&>())){};
    }
}

} // namespace neuron::core::detail
