// SPDX-License-Identifier: MIT
// Objects that code under test allocates: what is not destroyed at the end of a run is a leak. What
// is destroyed stays where it is until the run is over, so that whoever still uses it is found by
// the atomic and plain objects in it.
#pragma once

#include <model/run.hpp>

namespace model {

template <class T, class... A>
[[nodiscard]] T* make(A&&... arguments) {
    void* const memory = Run::current().allocate(sizeof(T), alignof(T));
    return new (memory) T(std::forward<A>(arguments)...);
}

template <class T>
void destroy(T* object) {
    Run::current().deallocate(object);
    object->~T();
}

} // namespace model
