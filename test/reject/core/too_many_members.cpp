// expect: more than 32 members: list them in the class (neuron_members)
// SPDX-License-Identifier: MIT
#include <neuron/core/send.hpp>
using namespace neuron::core;
struct Wide {
    int m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32;
};

bool reject() {
    bool accepted = Send<int>;
    static_cast<void>(detail::members_of<Wide>()); // reject
    return accepted;
}
