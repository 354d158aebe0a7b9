// SPDX-License-Identifier: MIT
// The members of an aggregate by structured binding, once for each count: C++23 binds no pack.
// Never called: only the result's type is asked for.
#pragma once

#include <neuron/core/type_list.hpp>

#include <cstddef>
#include <type_traits>

namespace neuron::core::detail {

// The declared types, in order; const is added to each, but not to a mutable one.
template <class T>
auto bind(std::integral_constant<std::size_t, 1>, const T& value) {
    const auto& [m1] = value;
    return TypeList<decltype(m1)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 2>, const T& value) {
    const auto& [m1, m2] = value;
    return TypeList<decltype(m1), decltype(m2)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 3>, const T& value) {
    const auto& [m1, m2, m3] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 4>, const T& value) {
    const auto& [m1, m2, m3, m4] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 5>, const T& value) {
    const auto& [m1, m2, m3, m4, m5] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 6>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 7>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 8>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 9>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 10>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 11>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 12>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 13>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 14>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 15>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 16>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 17>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17] =
        value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 18>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] =
        value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 19>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 20>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 21>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 22>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 23>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 24>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 25>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 26>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 27>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 28>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27, m28] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27), decltype(m28)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 29>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27), decltype(m28), decltype(m29)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 30>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27), decltype(m28), decltype(m29), decltype(m30)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 31>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27), decltype(m28), decltype(m29), decltype(m30),
                    decltype(m31)>{};
}

template <class T>
auto bind(std::integral_constant<std::size_t, 32>, const T& value) {
    const auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18,
                 m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32] = value;
    return TypeList<decltype(m1), decltype(m2), decltype(m3), decltype(m4), decltype(m5),
                    decltype(m6), decltype(m7), decltype(m8), decltype(m9), decltype(m10),
                    decltype(m11), decltype(m12), decltype(m13), decltype(m14), decltype(m15),
                    decltype(m16), decltype(m17), decltype(m18), decltype(m19), decltype(m20),
                    decltype(m21), decltype(m22), decltype(m23), decltype(m24), decltype(m25),
                    decltype(m26), decltype(m27), decltype(m28), decltype(m29), decltype(m30),
                    decltype(m31), decltype(m32)>{};
}

} // namespace neuron::core::detail
