// SPDX-License-Identifier: MIT
// A holder for what there is until the power goes. When the app's globals end, other CPUs still run
// on their blocks, and the console still writes: what kernel/ holds must not end before the image.
#pragma once

namespace neuron::kernel {

/// A T that has no end: its destructor is neither run nor registered, whatever a feature puts in.
template <class T>
union Forever {
    constexpr Forever() : value{} {}
    constexpr ~Forever() {} // not `value`'s
    Forever(const Forever&) = delete;
    Forever& operator=(const Forever&) = delete;

    T value;
};

} // namespace neuron::kernel
