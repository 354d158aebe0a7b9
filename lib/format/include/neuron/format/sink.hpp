// SPDX-License-Identifier: MIT
//
// Where formatted text goes: a non-owning reference to any object that has a
// member `put(std::string_view)`.
//
// Rules: the object outlives the call it is passed to. One write may reach the
// object as several puts, none of them empty, so an object that needs whole
// lines collects them (BoundedText does).
// Context: whatever the object's own put allows; a Sink adds nothing.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

namespace neuron::format {

template <class T>
concept TakesText =
    !std::is_const_v<T> && requires(T& object, std::string_view text) { object.put(text); };

// Two words, passed in registers: the formatter is compiled once for all
// kinds of destination.
struct Sink {
    using Put = void (*)(void* object, std::string_view text);

    constexpr Sink(void* object_address, Put put_function)
        : object{object_address}, put{put_function} {}

    // Implicit, so that `write(console, ...)` needs no wrapping at the call.
    template <TakesText T>
        requires(!std::same_as<T, Sink>)
    constexpr Sink(T& destination)
        : object{&destination},
          put{[](void* address, std::string_view text) { static_cast<T*>(address)->put(text); }} {}

    void* object;
    Put put;
};

} // namespace neuron::format
