// expect: template constraint failure
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    Of<std::span<int>, Form::Mpmc> spans; // reject
}
