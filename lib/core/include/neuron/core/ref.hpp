// SPDX-License-Identifier: MIT
// References that may cross CPUs. A plain one may not: nobody can tell how long its object lives,
// and who else has it.
//
//   Ref<const T>    to an object that lives as long as the image and that any CPU may read
//   Ref<T>          to one that any CPU may use, writes included (Synchronized)
//   Borrowed<T>     to an object of the caller's, for a call that ends before the caller goes on;
//                   it can't be kept, sent or returned, since it is neither Send nor Sync
#pragma once

#include <neuron/core/send.hpp>

#include <type_traits>

namespace neuron::core {

/// What several CPUs may hold a T& to: a const T that may be read, or a T that may be used.
template <class T>
concept SharedByReference = (std::is_const_v<T> && Sync<T>) || Synchronized<T>;

/// A reference to an object that lives as long as the image. A value: copies refer to the same
/// object. Every context.
template <SharedByReference T>
class Ref {
  public:
    /// For whoever knows what the compiler can't see: `object` lives as long as the image.
    [[nodiscard]] static constexpr Ref unsafe_to(T& object) { return Ref(object); }

    [[nodiscard]] constexpr T& operator*() const { return *object_; }
    [[nodiscard]] constexpr T* operator->() const { return object_; }

  private:
    constexpr explicit Ref(T& object) : object_(&object) {}
    T* object_;
};

// SAFETY: a pointer is never derived; the object may be shared (SharedByReference) and never dies,
// since a Ref is made of a static object alone (ref) or by unsafe_to, which has a SAFETY each time.
template <class T>
inline constexpr bool unsafe_send<Ref<T>> = true;
template <class T>
inline constexpr bool unsafe_sync<Ref<T>> = true;

/// A Ref to an object with static storage: `ref<table>()`. Anything else does not compile.
template <auto& object>
[[nodiscard]] constexpr auto ref() {
    // SAFETY: only an object with static storage can be a template argument.
    return Ref<std::remove_reference_t<decltype(object)>>::unsafe_to(object);
}

/// An object that is lent to a call. Made by borrow(), taken by scoped calls.
template <SharedByReference T>
class Borrowed {
  public:
    constexpr explicit Borrowed(T& object) : object_(&object) {}
    [[nodiscard]] constexpr T& get() const { return *object_; }

  private:
    T* object_;
};

/// Lends `object` to a scoped call (run_on_each_cpu): its function gets a T&, const if the object
/// is.
template <class T>
    requires SharedByReference<T>
[[nodiscard]] constexpr Borrowed<T> borrow(T& object) {
    return Borrowed<T>(object);
}
/// Lends `object` to be read.
template <class T>
    requires(!SharedByReference<T> && Sync<T>)
[[nodiscard]] constexpr Borrowed<const T> borrow(T& object) {
    return Borrowed<const T>(object);
}

} // namespace neuron::core
