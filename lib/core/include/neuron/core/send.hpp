// SPDX-License-Identifier: MIT
// What may cross CPUs. Three questions about a type, each answered by the compiler:
//
//   Send<T>          may a T be handed to another CPU, which owns it from then on?
//   Sync<T>          may several CPUs read one const T at once?
//   Synchronized<T>  may several CPUs use one T at once, calls that write included?
//
// All three are derived: numbers, enums and Atomics answer for themselves; arrays, the vocabulary
// types of std, aggregates (up to 32 members) and classes that list their members (members.hpp)
// ask their parts. A pointer or reference is never Send and never Sync, nor is anything that holds
// one: nobody can see who else has the object. A union, a class with hidden members, a base or a
// capture: no, since it can't be looked into. `mutable` members are never Sync.
//
// INV-CORE-8: nothing is taken on trust silently. Where a class knows better, it says so:
//
//   // SAFETY: why it can't be derived; which invariant makes it true; how that is enforced.
//   template <> inline constexpr bool neuron::core::unsafe_send<X> = true;
//
// and one that must not cross, whatever its members are, says `= false`.
#pragma once

#include <neuron/core/atomic.hpp>
#include <neuron/core/members.hpp>

#include <array>
#include <concepts>
#include <expected>
#include <optional>
#include <tuple>
#include <variant>

namespace neuron::core {

/// Nobody said anything: the answer is derived.
struct Derived {};

template <class T>
inline constexpr Derived unsafe_send{};
template <class T>
inline constexpr Derived unsafe_sync{};
template <class T>
inline constexpr Derived unsafe_synchronized{};

namespace detail {

enum class Question { Send, Sync, Synchronized };

template <Question Q, class T>
consteval bool answer();

/// What the class said of itself; Derived if nothing.
template <Question Q, class T>
consteval auto declared() {
    if constexpr (Q == Question::Send)
        return unsafe_send<T>;
    else if constexpr (Q == Question::Sync)
        return unsafe_sync<T>;
    else
        return unsafe_synchronized<T>;
}

/// The parts of a std type that holds values of its own and nothing else.
template <class T>
struct StdParts : std::type_identity<void> {};
template <class... T>
struct StdParts<std::tuple<T...>> : std::type_identity<TypeList<const T...>> {};
template <class A, class B>
struct StdParts<std::pair<A, B>> : std::type_identity<TypeList<const A, const B>> {};
template <class T>
struct StdParts<std::optional<T>> : std::type_identity<TypeList<const T>> {};
template <class... T>
struct StdParts<std::variant<T...>> : std::type_identity<TypeList<const T...>> {};
template <class T, class E>
struct StdParts<std::expected<T, E>> : std::type_identity<TypeList<const T, const E>> {};
template <class E>
struct StdParts<std::expected<void, E>> : std::type_identity<TypeList<const E>> {};
template <class E>
struct StdParts<std::unexpected<E>> : std::type_identity<TypeList<const E>> {};

/// One member: its type is const here, unless it is mutable.
template <Question Q, class Member>
consteval bool member_answer() {
    if constexpr (Q == Question::Sync)
        return std::is_const_v<Member> && answer<Q, Member>();
    else
        return answer<Q, std::remove_const_t<Member>>();
}

template <Question Q, class... Member>
consteval bool all_answer(TypeList<Member...>) {
    return (member_answer<Q, Member>() && ...);
}

/// A value that is nothing but its bits, and no address.
template <class T>
concept PlainValue = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_null_pointer_v<T>;

/// The element of an array, also of std::array; void for all else.
template <class T>
struct Element : std::type_identity<void> {};
template <class T, std::size_t N>
struct Element<T[N]> : std::type_identity<T> {};
template <class T, std::size_t N>
struct Element<std::array<T, N>> : std::type_identity<T> {};

template <Question Q, class T>
consteval bool derived_answer() {
    if constexpr (std::is_void_v<T> || std::is_reference_v<T> || std::is_function_v<T> ||
                  std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_union_v<T>)
        return false;
    else if constexpr (PlainValue<T>)
        return Q != Question::Synchronized;
    else if constexpr (!std::is_void_v<typename Element<T>::type>)
        return answer<Q, typename Element<T>::type>();
    else if constexpr (!std::is_void_v<typename StdParts<T>::type>)
        return Q != Question::Synchronized && all_answer<Q>(typename StdParts<T>::type{});
    else if constexpr (!std::is_void_v<MembersOf<T>>)
        return all_answer<Q>(MembersOf<T>{});
    else
        return false;
}

template <Question Q, class T>
consteval bool answer() {
    if constexpr (std::is_volatile_v<T>)
        return false;
    else if constexpr (std::is_const_v<T>) // who can only read needs no more than Sync
        return answer<Q == Question::Synchronized ? Question::Sync : Q, std::remove_const_t<T>>();
    else if constexpr (std::same_as<decltype(declared<Q, T>()), Derived>)
        return derived_answer<Q, T>();
    else
        return declared<Q, T>();
}

} // namespace detail

// SAFETY: the word is private, so nothing can be derived; each of its operations is one atomic
// access; what it holds must itself be allowed to cross, so an Atomic of a pointer is none of
// these.
template <class T>
inline constexpr bool unsafe_send<Atomic<T>> = detail::answer<detail::Question::Send, T>();
template <class T>
inline constexpr bool unsafe_sync<Atomic<T>> = detail::answer<detail::Question::Send, T>();
template <class T>
inline constexpr bool unsafe_synchronized<Atomic<T>> = detail::answer<detail::Question::Send, T>();

/// A T may be handed to another CPU.
template <class T>
concept Send = detail::answer<detail::Question::Send, T>();

/// Several CPUs may read one const T at once.
template <class T>
concept Sync = detail::answer<detail::Question::Sync, T>();

/// Several CPUs may use one T at once, calls that write included.
template <class T>
concept Synchronized = detail::answer<detail::Question::Synchronized, T>();

} // namespace neuron::core
