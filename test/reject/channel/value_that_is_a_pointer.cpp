// expect: template constraint failure
// SPDX-License-Identifier: MIT
#include "system.hpp"

void reject() {
    Of<int*, Form::Spsc> pointers; // reject
}
