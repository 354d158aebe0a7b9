// SPDX-License-Identifier: MIT
// A class whose members can't be seen from outside lists them once, at its end and publicly:
//
//   class Slot {
//       ...
//     public:
//       using neuron_members = core::Members<Slot, &Slot::cpu_, &Slot::qos_>;
//   };
//
// The list is checked against the size of the class: a member that was forgotten does not compile,
// unless it hides in padding. References can't be listed, so a class that holds one is never
// derived from its list.
#pragma once

#include <neuron/core/detail/aggregate.hpp>

namespace neuron::core {

namespace detail {

template <class Class, class Type>
std::type_identity<Type> type_of_member(Type Class::*);

/// A reference can't be pointed to, so each type here is an object's.
template <class Class, auto Member>
using MemberType = decltype(type_of_member<Class>(Member))::type;

/// The size of a class with just these members.
template <class Class, class... Type>
consteval std::size_t size_with(TypeList<Type...>) {
    std::size_t end = 0;
    ((end = (end + alignof(Type) - 1) / alignof(Type) * alignof(Type) + sizeof(Type)), ...);
    return end == 0 ? 1 : (end + alignof(Class) - 1) / alignof(Class) * alignof(Class);
}

} // namespace detail

/// Every non-static member of `Class`, in order of declaration. `Class` has no base.
template <class Class, auto... Member>
struct Members {
    using Of = Class;
};

/// T lists its own members; a list that is inherited is the base's.
template <class T>
concept ListsMembers =
    requires { typename T::neuron_members; } && std::is_same_v<typename T::neuron_members::Of, T>;

namespace detail {

template <class Class, auto... Member>
consteval auto types_of(Members<Class, Member...>*) {
    return TypeList<const MemberType<Class, Member>...>{};
}

/// The members of T as a TypeList, by its list or by binding; void if they can't be told.
template <class T>
consteval auto members_of() {
    if constexpr (ListsMembers<T>) {
        using Types = decltype(types_of(static_cast<typename T::neuron_members*>(nullptr)));
        static_assert(
            size_with<T>(Types{}) == sizeof(T),
            "neuron_members does not list every member in order, or the class has a base");
        return Types{};
    } else if constexpr (std::is_aggregate_v<T> && std::is_class_v<T>) {
        return bind_members<T>();
    }
}

template <class T>
using MembersOf = decltype(members_of<T>());

} // namespace detail
} // namespace neuron::core
