// SPDX-License-Identifier: MIT
// A kind of message is a type that names its carrier and handles what arrives:
//
//   struct Ping {
//       using Carrier = ipi::Ring<std::uint64_t>;
//       template <class System>
//       static void on_message(System&, core::IrqContext&, core::CpuId sender, std::uint64_t);
//   };
//
// on_message runs in a handler of the receiving CPU; `sender` is whoever posted, as the mailbox
// knows it. A feature lists its kinds: `using IpiKinds = core::TypeList<Ping>`. The lists of all
// features are the kinds of an image, and no other kind compiles there.
//
// Carriers, and what becomes of a second message before the first was handled:
//   Bit       nothing but that it was posted; one more changes nothing
//   Slot<T>   a T; K::merge(T& waiting, const T& newer) joins the two
//   Link<T>   a T& itself, which brings its link (LinkNode); both arrive
//   Ring<T>   a T; both arrive, or the second is refused: a bounded ring
// The first three can't be refused while the receiver is online.
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/type_list.hpp>
#include <neuron/core/witness.hpp>

#include <cstdint>

namespace neuron::ipi {

struct Bit {};
template <class T>
struct Slot {};
template <class T>
struct Link {};
template <class T>
struct Ring {};

/// What a message of no content has.
struct Nothing {};

namespace detail {

template <class Carrier>
struct Carried;
template <>
struct Carried<Bit> : std::type_identity<Nothing> {};
template <class T>
struct Carried<Slot<T>> : std::type_identity<T> {};
template <class T>
struct Carried<Link<T>> : std::type_identity<T> {};
template <class T>
struct Carried<Ring<T>> : std::type_identity<T> {};

template <class Carrier, template <class> class Wanted>
struct IsCarrier : std::false_type {};
template <class T, template <class> class Wanted>
struct IsCarrier<Wanted<T>, Wanted> : std::true_type {};

template <class K>
using IsSlot = IsCarrier<typename K::Carrier, Slot>;
template <class K>
using IsLink = IsCarrier<typename K::Carrier, Link>;
template <class K>
using IsRing = IsCarrier<typename K::Carrier, Ring>;
template <class K>
using IsState = std::bool_constant<std::is_same_v<typename K::Carrier, Bit> || IsSlot<K>::value>;

} // namespace detail

/// A kind's content: Nothing of a Bit, T of the others.
template <class K>
using Content = detail::Carried<typename K::Carrier>::type;

template <class K>
concept StateKind = detail::IsState<K>::value; ///< Bit or Slot
template <class K>
concept SlotKind = detail::IsSlot<K>::value;
template <class K>
concept LinkKind = detail::IsLink<K>::value;
template <class K>
concept UserKind = detail::IsRing<K>::value;

/// A kind that names how many of its messages may wait at one receiver from one sender.
template <class K>
concept BoundedKind = UserKind<K> && requires { K::bound; };
/// A kind whose messages take tokens of the sending CPU.
template <class K>
concept BestEffortKind = requires { requires K::best_effort; };

/// The kinds of an image.
template <class... K>
struct KindList {
    using All = core::TypeList<K...>;
    using State = core::Filter<detail::IsState, All>;
    using Slots = core::Filter<detail::IsSlot, All>;
    using Links = core::Filter<detail::IsLink, All>;
    using Rings = core::Filter<detail::IsRing, All>;

    static_assert(((All::template count_of<K> == 1) && ...),
                  "a kind is listed twice: one feature owns it");
    static_assert(((!BestEffortKind<K> || UserKind<K>) && ...),
                  "only a user kind can be best effort: the others are about correctness");
};

namespace detail {

template <class F>
struct BroughtBy : std::type_identity<core::TypeList<>> {};
template <class F>
    requires requires { typename F::IpiKinds; }
struct BroughtBy<F> : std::type_identity<typename F::IpiKinds> {};

template <class List>
struct AsKindList;
template <class... K>
struct AsKindList<core::TypeList<K...>> : std::type_identity<KindList<K...>> {};

template <class Features>
struct KindsOfAll;
template <class... F>
struct KindsOfAll<core::TypeList<F...>> : AsKindList<core::Join<typename BroughtBy<F>::type...>> {};

} // namespace detail

/// The kinds that a list of features brings.
template <class Features>
using KindsOf = detail::KindsOfAll<Features>::type;

} // namespace neuron::ipi
