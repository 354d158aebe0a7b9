// SPDX-License-Identifier: MIT
// What the C++ standard library calls when a precondition of its own is broken (an index out of
// range, an empty optional's value). There are no exceptions: each ends the image by name.
#include <neuron/env/cpu.hpp>

namespace {

[[noreturn]] void broken(const char* what) {
    neuron::env::die(what, "", 0);
}

} // namespace

// The header declares these with the attribute as GCC spells it; clang wants the same here.
namespace std {

[[gnu::noreturn]] void __throw_bad_function_call() {
    broken("std::bad_function_call");
}
[[gnu::noreturn]] void __throw_invalid_argument(const char* what) {
    broken(what);
}
[[gnu::noreturn]] void __throw_length_error(const char* what) {
    broken(what);
}
[[gnu::noreturn]] void __throw_logic_error(const char* what) {
    broken(what);
}
[[gnu::noreturn]] void __throw_out_of_range(const char* what) {
    broken(what);
}
[[gnu::noreturn]] void __throw_out_of_range_fmt(const char*, ...) {
    broken("std::out_of_range");
}

} // namespace std

extern "C" {

[[gnu::noreturn]] void abort() {
    broken("abort called");
}
[[noreturn]] void __cxa_pure_virtual() {
    broken("a pure virtual function was called");
}

} // extern "C"
